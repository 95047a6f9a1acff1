package dev.capstan.apiserver;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.etcd.EtcdKvStore;
import dev.capstan.kvstore.etcd.EtcdOptions;
import dev.capstan.kvstore.etcd.EtcdServer;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The same over a real etcd, to which anybody else writes too. */
class UnreadableValuesIT extends UnreadableValuesTest {

  @TempDir Path folder;

  private @Nullable EtcdServer server;

  @Override
  KvStore open() {
    EtcdServer started = EtcdServer.start(folder, EtcdOptions.DEFAULT_QUOTA_BYTES);
    server = started;
    return new EtcdKvStore(EtcdOptions.of(List.of(started.endpoint())), Seam.system());
  }

  @AfterEach
  void stopEtcd() {
    if (server != null) {
      server.close();
    }
  }
}
