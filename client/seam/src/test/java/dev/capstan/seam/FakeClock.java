package dev.capstan.seam;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that a test moves by hand, for plain unit tests with the JDK's threads. For anything with
 * more than one thread {@link dev.capstan.seam.sim.Simulation} is the better tool: it moves its
 * clock by itself.
 */
public final class FakeClock implements Clock {

  private record Waiter(Lock lock, Condition condition, long deadline) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Waiter> waiters = new ArrayList<>();
  private Instant now;
  private long nanos;

  /** Starts at this time of day. */
  public FakeClock(Instant start) {
    now = start;
  }

  /** Starts at the beginning of 2026. */
  public FakeClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** A seam with this clock, the JDK's threads and repeatable randomness. */
  public Seam seam() {
    return new Seam(this, Seam.system().threads(), new SplittableRandom(1));
  }

  /** Lets time pass; wakes those whose time has come. */
  public void advance(Duration duration) {
    List<Waiter> due = new ArrayList<>();
    lock.lock();
    try {
      now = now.plus(duration);
      nanos += duration.toNanos();
      for (Waiter waiter : List.copyOf(waiters)) {
        if (waiter.deadline <= nanos) {
          due.add(waiter);
        }
      }
    } finally {
      lock.unlock();
    }
    due.forEach(FakeClock::wake);
  }

  private static void wake(Waiter waiter) {
    waiter.lock.lock();
    try {
      waiter.condition.signalAll();
    } finally {
      waiter.lock.unlock();
    }
  }

  /** Threads that wait for time to pass now. */
  public int waiting() {
    lock.lock();
    try {
      return waiters.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Instant now() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    ReentrantLock own = new ReentrantLock();
    Condition due = own.newCondition();
    long deadline = deadline(duration);
    own.lockInterruptibly();
    try {
      while (nanoTime() < deadline) {
        awaitUntil(own, due, deadline);
      }
    } finally {
      own.unlock();
    }
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops: that is this method's contract.
  public boolean awaitUntil(Lock callersLock, Condition condition, long deadlineNanos)
      throws InterruptedException {
    Waiter waiter = new Waiter(callersLock, condition, deadlineNanos);
    lock.lock();
    try {
      if (nanos >= deadlineNanos) {
        return false;
      }
      waiters.add(waiter);
    } finally {
      lock.unlock();
    }
    try {
      condition.await();
    } finally {
      lock.lock();
      try {
        waiters.remove(waiter);
      } finally {
        lock.unlock();
      }
    }
    return nanoTime() < deadlineNanos;
  }
}
