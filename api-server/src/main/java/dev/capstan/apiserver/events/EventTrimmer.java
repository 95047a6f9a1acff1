package dev.capstan.apiserver.events;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Event;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which events are to go: those last seen a day ago, and the oldest when there are too
 * many.
 */
final class EventTrimmer {

  /** How long an event is kept after its last occurrence. */
  static final Duration KEPT = Duration.ofHours(24);

  private EventTrimmer() {}

  /**
   * @param events all stored events
   * @param most how many may stay
   * @return what is to be deleted
   */
  static Set<StoredObject> surplus(Iterable<CachedObject> events, Instant now, int most) {
    Set<StoredObject> surplus = new LinkedHashSet<>();
    List<StoredObject> staying = new ArrayList<>();
    for (CachedObject event : events) {
      if (expired(event.object(), now)) {
        surplus.add(event.object());
      } else {
        staying.add(event.object());
      }
    }
    if (staying.size() > most) {
      // Every occurrence writes the event, so the order of writes is the order of last occurrences.
      staying.sort(Comparator.comparingLong(StoredObject::modRevision));
      surplus.addAll(staying.subList(0, staying.size() - most));
    }
    return surplus;
  }

  private static boolean expired(StoredObject object, Instant now) {
    Instant limit = now.minus(KEPT);
    // What was created less than a day ago need not be parsed.
    return ApiTimes.instant(object.metadata().getCreationTimestamp()).isBefore(limit)
        && object.parse() instanceof Event event
        && ApiTimes.instant(event.getLastTimestamp()).isBefore(limit);
  }
}
