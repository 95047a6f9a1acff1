package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * When the engine was away, as the ends and beginnings of its event stream tell. An engine that
 * ends, or that comes back, ends containers; that is no fault of theirs.
 */
final class EngineOutages {

  /** An engine that ends may still be heard while it ends containers, and the other way round. */
  private static final Duration MARGIN = Duration.ofSeconds(3);

  private static final int MOST_KEPT = 16;

  /** Docker's exit code for a container that ran when the machine went off. */
  private static final int LOST_WITH_THE_MACHINE = 255;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Outage> outages = new ArrayDeque<>();
  private @Nullable Instant lostAt;
  private @Nullable Instant firstSeen;

  private record Outage(Instant from, Instant to) {
    boolean covers(Instant time) {
      return !time.isBefore(from.minus(MARGIN)) && !time.isAfter(to.plus(MARGIN));
    }
  }

  EngineOutages(Clock clock) {
    this.clock = clock;
  }

  /** The event stream has ended. */
  void lost() {
    lock.lock();
    try {
      if (firstSeen != null && lostAt == null) {
        lostAt = clock.now();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The event stream has begun. */
  void back() {
    lock.lock();
    try {
      if (firstSeen == null) {
        firstSeen = clock.now();
      }
      if (lostAt != null) {
        outages.addLast(new Outage(lostAt, clock.now()));
        lostAt = null;
      }
      if (outages.size() > MOST_KEPT) {
        outages.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether a container that has ended did so because the engine did. */
  boolean ended(ContainerView container) {
    Instant at = container.finishedAt();
    if (at == null || container.oomKilled()) {
      return false;
    }
    lock.lock();
    try {
      Instant now = clock.now();
      boolean withMachine =
          container.exitCode() == LOST_WITH_THE_MACHINE
              && !at.isAfter((firstSeen == null ? now : firstSeen).plus(MARGIN));
      boolean still = lostAt != null && new Outage(lostAt, now).covers(at);
      return withMachine || still || outages.stream().anyMatch(outage -> outage.covers(at));
    } finally {
      lock.unlock();
    }
  }
}
