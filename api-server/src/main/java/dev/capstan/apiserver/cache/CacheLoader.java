package dev.capstan.apiserver.cache;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;

/** Reads all objects at a past revision. */
final class CacheLoader {

  /** The cheapest consistent read. */
  private static final KvStore.RangeRequest HEAD =
      new KvStore.RangeRequest("/capstan-absent/", "", 1, 0, true);

  private static final int PAGE = 500;

  private final KvStore store;
  private final ObjectDecoder decoder;
  private final long history;

  CacheLoader(KvStore store, ObjectDecoder decoder, long history) {
    this.store = store;
    this.decoder = decoder;
    this.history = history;
  }

  /**
   * All objects as they were {@code history} revisions ago, or as long ago as the store remembers.
   */
  Snapshot load() {
    long now = revisionOfStore();
    long at = Math.max(1, now - history);
    while (true) {
      try {
        return loadAt(at);
      } catch (StoreException.Compacted e) {
        // Twice at most, unless the store is compacted while it is being read.
        at = Math.max(at, Math.min(e.compactRevision(), revisionOfStore()));
      }
    }
  }

  private long revisionOfStore() {
    return store.range(HEAD).revision();
  }

  private Snapshot loadAt(long revision) {
    Snapshot.Builder objects = Snapshot.empty(revision).change();
    String after = "";
    boolean more = true;
    while (more) {
      KvStore.RangeResult page =
          store.range(new KvStore.RangeRequest(StoreKeys.OBJECTS, after, PAGE, revision, false));
      for (KvStore.Entry entry : page.entries()) {
        put(objects, entry);
        after = entry.key();
      }
      more = page.more();
    }
    return objects.build(revision);
  }

  private void put(Snapshot.Builder objects, KvStore.Entry entry) {
    StoreKeys.Place place = decoder.place(entry.key());
    if (place == null) {
      return;
    }
    try {
      objects.put(decoder.cached(place, entry), null);
    } catch (StoreException.Unreadable e) {
      objects.unreadable(place, e); // One value must not keep all others from their users.
    }
  }
}
