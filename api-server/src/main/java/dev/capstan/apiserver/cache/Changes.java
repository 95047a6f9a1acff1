package dev.capstan.apiserver.cache;

import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of the store, worked out on top of a snapshot.
 *
 * @param revision what happened to objects; may be nothing
 * @param after the snapshot with it
 * @param broken an object that could not be read is mended or gone, and what it was before is not
 *     known: whoever has seen it must look at everything anew, since no event can tell what has
 *     happened to it
 */
record Changes(Revision revision, Snapshot after, boolean broken) {

  /**
   * @param newest shows the same as {@code before}
   */
  static Changes apply(
      long number, List<Change> changes, Snapshot before, Newest newest, ObjectDecoder decoder) {
    Snapshot.Builder after = before.change();
    List<CacheEvent> events = new ArrayList<>();
    int free = ValueCodec.MAX_SLOT;
    boolean broken = false;
    // From last to first, because of the slots of deletions: see below.
    for (Change change : changes.reversed()) {
      StoreKeys.Place place = decoder.place(change.key());
      if (place == null) {
        continue;
      }
      String key = CachedObject.key(place.namespace(), place.name());
      CachedObject previous = newest.get(place.kind(), key);
      CachedObject current;
      try {
        current = decode(place, change, decoder);
      } catch (StoreException.Unreadable e) {
        after.unreadable(place, e); // No event: for watchers it stays what it was.
        continue;
      }
      broken |= after.readable(place.kind(), key) && previous == null;
      if (current != null) {
        after.put(current, previous);
        events.add(CacheEvent.put(previous, current));
        free = Math.min(free, current.object().slot() - 1);
      } else if (previous != null) {
        after.remove(previous);
        // A deletion leaves no value that says its slot. It gets the highest that keeps the order:
        // never below the slot
        // its writer was told, so that a watch that starts after what a writer was told misses
        // nothing.
        int slot = Math.max(free, 0);
        events.add(CacheEvent.delete(previous, ResourceVersions.of(number, slot), slot));
        free = slot - 1;
      }
    }
    Collections.reverse(events);
    return new Changes(new Revision(number, events), after.build(number), broken);
  }

  private static @Nullable CachedObject decode(
      StoreKeys.Place place, Change change, ObjectDecoder decoder) {
    return switch (change) {
      case Change.Put put -> decoder.cached(place, put.entry());
      case Change.Delete ignored -> null;
    };
  }
}
