package dev.capstan.controller.namespace;

import dev.capstan.client.ObjectKey;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When namespaces may be looked at again. A look lists all that is in a namespace and says in its
 * status how much is left, which brings it back at once: without a pause a large one would be
 * listed as fast as it empties.
 */
final class Looks {

  private final Clock clock;
  private final Map<ObjectKey, Long> next = new ConcurrentHashMap<>();

  Looks(Clock clock) {
    this.clock = clock;
  }

  /** Time until the next look; not positive if it is due. */
  Duration left(ObjectKey namespace) {
    Long due = next.get(namespace);
    return due == null ? Duration.ZERO : Duration.ofNanos(due - clock.nanoTime());
  }

  /** No look before this pause is over. */
  void pause(ObjectKey namespace, Duration pause) {
    next.put(namespace, clock.deadline(pause));
  }

  /** The namespace is gone. */
  void forget(ObjectKey namespace) {
    next.remove(namespace);
  }
}
