package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.contract.KvStoreContract;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteKvStoreTest extends KvStoreContract {

  @TempDir Path folder;

  private final Seam seam = Seam.system();
  private final List<KvStore> opened = new ArrayList<>();
  private KvStore store = new dev.capstan.kvstore.memory.MemoryKvStore(seam);

  @BeforeEach
  void open() {
    store = new SqliteKvStore(folder.resolve("main"), seam);
    opened.add(store);
  }

  @AfterEach
  void close() {
    opened.forEach(KvStore::close);
  }

  @Override
  public KvStore store() {
    return store;
  }

  @Override
  public KvStore smallStore() {
    KvStore small = new SqliteKvStore(folder.resolve("small"), seam, SMALL_QUOTA);
    opened.add(small);
    return small;
  }

  @Override
  public Seam seam() {
    return seam;
  }
}
