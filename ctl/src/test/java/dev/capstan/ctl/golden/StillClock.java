package dev.capstan.ctl.golden;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The time of day never changes; monotonic time moves only when somebody sleeps. */
final class StillClock implements Clock {

  private long nanos;

  @Override
  public Instant now() {
    return FakeServer.NOW;
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized void sleep(Duration duration) {
    nanos += duration.toNanos();
  }

  /** Waits for the signal in real time: what is waited for comes from threads of the transport. */
  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops: that is this method's contract.
  public boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos)
      throws InterruptedException {
    if (condition.await(5, TimeUnit.SECONDS)) {
      return true;
    }
    synchronized (this) {
      nanos = Math.max(nanos, deadlineNanos);
    }
    return false;
  }
}
