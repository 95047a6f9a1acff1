package dev.capstan.apiserver.handler;

import dev.capstan.api.ApiErrors;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the lists that are being made or wait to be read by their clients: hundreds at once would
 * fill the memory that everybody's answers need. The others wait for their turn.
 *
 * <p>A client that does not read its list keeps its place for a while only, so that it cannot shut
 * out the others.
 */
final class LargeAnswers {

  /** Megabytes of lists at once, roughly. */
  static final int CAPACITY = 64;

  /** How long an unread list keeps its place. */
  static final Duration KEPT = Duration.ofSeconds(30);

  /** The most a list over several kinds may take, in megabytes. */
  private static final int RESOURCES_LIST = 32;

  private record Place(int weight, long untilNanos) {}

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // By number, in order of entering.
  private final Map<Long, Place> places = new LinkedHashMap<>();
  private long entered;
  private int taken;

  LargeAnswers(Clock clock) {
    this.clock = clock;
  }

  /** Megabytes that a method's answer may take; 0 for small ones, which need no place. */
  static int weight(String method) {
    if (method.equals("capstan.v1.Resources/List")) {
      return RESOURCES_LIST;
    }
    return method.endsWith("/List") ? 1 : 0;
  }

  /**
   * Blocks for a place; RESOURCE_EXHAUSTED at the deadline.
   *
   * @return the place, to be left with {@link #leave}; 0 if none is needed
   */
  long enter(int weight, long deadlineNanos) throws InterruptedException {
    if (weight == 0) {
      return 0;
    }
    lock.lock();
    try {
      while (!hasRoom(weight)) {
        long oldest = places.values().iterator().next().untilNanos();
        long until = oldest - deadlineNanos < 0 ? oldest : deadlineNanos;
        if (!clock.awaitUntil(lock, changed, until) && until == deadlineNanos) {
          throw ApiErrors.exhausted("TooManyLists", "too many lists at once: try again later");
        }
      }
      entered++;
      taken += weight;
      places.put(entered, new Place(weight, clock.deadline(KEPT)));
      return entered;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(int weight) {
    while (taken + weight > CAPACITY) {
      Map.Entry<Long, Place> oldest = places.entrySet().iterator().next();
      if (oldest.getValue().untilNanos() - clock.nanoTime() > 0) {
        return false;
      }
      leave(oldest.getKey());
    }
    return true;
  }

  /** The answer has been read, or given up. Leaving twice is harmless. */
  void leave(long number) {
    lock.lock();
    try {
      Place place = places.remove(number);
      if (place != null) {
        taken -= place.weight();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
