package dev.capstan.apiserver.events;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many go in a second, and a burst at once after a pause: the generic cell rate algorithm
 * (ITU-T I.371), which needs no more than the time at which the next one is due.
 */
final class Pace {

  private final Clock clock;
  private final long interval;
  private final long slack;
  private final ReentrantLock lock = new ReentrantLock();
  private long due;

  /**
   * @param perSecond how many a second in the long run
   * @param burst how many at once after a pause
   */
  Pace(Clock clock, int perSecond, int burst) {
    this.clock = clock;
    this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
    this.slack = interval * burst;
    this.due = clock.nanoTime() - slack;
  }

  /** Blocks until it is the caller's turn. */
  void await() throws InterruptedException {
    clock.sleep(Duration.ofNanos(reserve()));
  }

  private long reserve() {
    lock.lock();
    try {
      long now = clock.nanoTime();
      due = due - now < -slack ? now - slack : due;
      long wait = due - now;
      due += interval;
      return wait;
    } finally {
      lock.unlock();
    }
  }
}
