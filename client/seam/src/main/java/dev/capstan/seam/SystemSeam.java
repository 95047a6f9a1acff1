package dev.capstan.seam;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The seam of production: the JDK's clock, virtual threads and a strong source of randomness. */
final class SystemSeam {

  private SystemSeam() {}

  static Seam create() {
    Carriers.ensure();
    return new Seam(new SystemClock(), new SystemThreads(), new SecureRandom());
  }

  private static final class SystemClock implements Clock {
    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      if (duration.isPositive()) {
        Thread.sleep(duration);
      }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller loops: that is this method's contract.
    public boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos)
        throws InterruptedException {
      return condition.awaitNanos(deadlineNanos - System.nanoTime()) > 0;
    }
  }

  private static final class SystemThreads implements Threads {
    private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timers =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("timers").factory());

    @Override
    public Thread start(String name, Runnable body) {
      return Thread.ofVirtual().name(name).start(body);
    }

    @Override
    public Executor executor() {
      return executor;
    }

    @Override
    public ScheduledExecutorService libraryTimers() {
      return timers;
    }
  }
}
