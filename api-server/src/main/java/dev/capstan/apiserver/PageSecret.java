package dev.capstan.apiserver;

import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What the page tokens of lists are signed with; kept in the store, so that they outlive a restart.
 */
final class PageSecret {

  private static final String KEY = StoreKeys.ROOT + "server/page-secret";
  private static final int BYTES = 32;

  private PageSecret() {}

  /** The secret; made at the first start. */
  static byte[] loadOrCreate(KvStore store, ValueCodec codec, RandomGenerator random) {
    KvStore.Entry entry = store.get(KEY).entry();
    if (entry == null) {
      byte[] fresh = new byte[BYTES];
      random.nextBytes(fresh);
      byte[] value = codec.encode(KEY, fresh, WriteId.random(random), 0);
      Txn txn = new Txn(List.of(new Txn.Compare.Absent(KEY)), List.of(new Txn.Op.Put(KEY, value)));
      store.commit(new Group(List.of(txn)));
      entry = store.get(KEY).entry(); // Another server's, if that was quicker.
    }
    if (entry == null) {
      throw new IllegalStateException("the store forgot " + KEY);
    }
    return codec.decode(entry).payload();
  }
}
