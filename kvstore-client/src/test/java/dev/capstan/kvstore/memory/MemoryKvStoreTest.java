package dev.capstan.kvstore.memory;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.contract.KvStoreContract;
import dev.capstan.seam.Seam;
import org.junit.jupiter.api.AfterEach;

class MemoryKvStoreTest extends KvStoreContract {

  private final Seam seam = Seam.system();
  private final KvStore store = new MemoryKvStore(seam);
  private final KvStore small = new MemoryKvStore(seam, 64L << 20);

  @AfterEach
  void close() {
    store.close();
    small.close();
  }

  @Override
  public KvStore store() {
    return store;
  }

  @Override
  public KvStore smallStore() {
    return small;
  }

  @Override
  public Seam seam() {
    return seam;
  }
}
