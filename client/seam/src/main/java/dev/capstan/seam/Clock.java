package dev.capstan.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time and every wait that is bounded by it. */
public interface Clock {

  /** The time of day, for what people read. May jump; never measure with it. */
  Instant now();

  /** A monotonic time in nanoseconds with an arbitrary origin; only differences mean something. */
  long nanoTime();

  /** Blocks for {@code duration}; returns at once if it is zero or negative. */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Waits on {@code condition} until it is signalled or {@link #nanoTime()} has reached {@code
   * deadlineNanos}.
   *
   * <p>The caller holds {@code lock}, to which the condition belongs, and checks its predicate in a
   * loop: wake-ups may be spurious.
   *
   * @return false if the deadline has been reached
   */
  boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos)
      throws InterruptedException;

  /** The monotonic deadline {@code duration} from now, for {@link #awaitUntil}. */
  default long deadline(Duration duration) {
    return nanoTime() + duration.toNanos();
  }
}
