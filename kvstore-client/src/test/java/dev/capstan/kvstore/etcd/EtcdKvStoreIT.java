package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.contract.KvStoreContract;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract over a real etcd, a fresh one for every test: compactions and quotas are not undone.
 */
class EtcdKvStoreIT extends KvStoreContract {

  @TempDir Path folder;

  private final Seam seam = Seam.system();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private KvStore store = new MemoryKvStore(seam);

  @BeforeEach
  void open() {
    store = start("main", 2L << 30);
  }

  private KvStore start(String name, long quota) {
    EtcdServer server = EtcdServer.start(folder.resolve(name), quota);
    opened.addFirst(server);
    EtcdOptions options =
        EtcdOptions.of(List.of(server.endpoint()))
            .withQuota(quota)
            .withCallTimeout(Duration.ofSeconds(15));
    KvStore etcd = new EtcdKvStore(options, seam);
    opened.addFirst(etcd);
    return etcd;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Override
  public KvStore store() {
    return store;
  }

  @Override
  public KvStore smallStore() {
    return start("small", SMALL_QUOTA);
  }

  @Override
  public Seam seam() {
    return seam;
  }
}
