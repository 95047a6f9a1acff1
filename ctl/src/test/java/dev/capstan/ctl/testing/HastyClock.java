package dev.capstan.ctl.testing;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Nothing is waited for: time is over at once. For servers that answer on the caller's thread. */
public final class HastyClock implements Clock {

  private long nanos;

  @Override
  public synchronized Instant now() {
    return Instant.parse("2026-11-22T12:00:00Z").plusNanos(nanos);
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized void sleep(Duration duration) {
    nanos += Math.max(0, duration.toNanos());
  }

  @Override
  public synchronized boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos) {
    nanos = Math.max(nanos, deadlineNanos);
    return false;
  }
}
