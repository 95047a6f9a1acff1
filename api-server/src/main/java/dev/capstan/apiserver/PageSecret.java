package dev.capstan.apiserver;

import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page tokens of lists are signed with; kept in the store, so that they outlive a restart.
 */
final class PageSecret {

  private static final Logger log = LoggerFactory.getLogger(PageSecret.class);

  private static final String KEY = StoreKeys.ROOT + "server/page-secret";
  private static final int BYTES = 32;

  private PageSecret() {}

  /** The secret; made at the first start, and anew if what is stored cannot be read. */
  static byte[] loadOrCreate(KvStore store, ValueCodec codec, RandomGenerator random) {
    KvStore.Entry entry = store.get(KEY).entry();
    if (entry == null) {
      return create(store, codec, random, new Txn.Compare.Absent(KEY));
    }
    try {
      return codec.decode(entry).payload();
    } catch (StoreException.Corrupt e) {
      log.warn(
          "{}: it is made anew, and lists that are being read in pages must begin anew",
          e.getMessage());
      return create(store, codec, random, new Txn.Compare.ModRevision(KEY, entry.modRevision()));
    }
  }

  private static byte[] create(
      KvStore store, ValueCodec codec, RandomGenerator random, Txn.Compare unchanged) {
    byte[] fresh = new byte[BYTES];
    random.nextBytes(fresh);
    byte[] value = codec.encode(KEY, fresh, WriteId.random(random), 0);
    try {
      store.commit(
          new Group(List.of(new Txn(List.of(unchanged), List.of(new Txn.Op.Put(KEY, value))))));
    } catch (StoreException.OutOfSpace e) {
      // Whoever is to make room needs a server: this one's tokens end with it.
      log.warn("{} is not written: {}", KEY, e.getMessage());
      return fresh;
    }
    KvStore.Entry entry = store.get(KEY).entry(); // Another server's, if that was quicker.
    if (entry == null) {
      throw new IllegalStateException("the store forgot " + KEY);
    }
    return codec.decode(entry).payload();
  }
}
