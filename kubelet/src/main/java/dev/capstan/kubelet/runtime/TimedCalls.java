package dev.capstan.kubelet.runtime;

import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounds blocking calls that have no deadline of their own: each runs on a virtual thread that is
 * interrupted and abandoned when its time is up.
 */
public final class TimedCalls {

  private final Seam seam;

  public TimedCalls(Seam seam) {
    this.seam = seam;
  }

  /**
   * Runs {@code body} and waits for its end, at most {@code limit}.
   *
   * @param what for the thread's name
   * @return what it returned or threw, or that it took too long
   */
  public <T> Outcome<T> call(String what, Duration limit, Callable<T> body)
      throws InterruptedException {
    Pending<T> pending = new Pending<>();
    Thread thread = seam.threads().start(what, () -> pending.run(body));
    Outcome<T> outcome = null;
    try {
      outcome = pending.await(seam, seam.clock().deadline(limit));
      return outcome;
    } finally {
      if (outcome == null || outcome instanceof TimedOut<T>) {
        thread.interrupt();
      }
    }
  }

  /**
   * As {@link #call(String, Duration, Callable)}, looking from time to time whether the caller
   * still wants it.
   *
   * @param every how often
   * @param check throws if it does not
   */
  public <T, E extends Exception> Outcome<T> call(
      String what, Duration limit, Duration every, Check<E> check, Callable<T> body)
      throws InterruptedException, E {
    Pending<T> pending = new Pending<>();
    Thread thread = seam.threads().start(what, () -> pending.run(body));
    Outcome<T> outcome = new TimedOut<>();
    try {
      long deadline = seam.clock().deadline(limit);
      while (outcome instanceof TimedOut<T> && seam.clock().nanoTime() - deadline < 0) {
        check.check();
        outcome = pending.await(seam, seam.clock().deadline(every));
      }
      return outcome;
    } finally {
      if (outcome instanceof TimedOut<T>) {
        thread.interrupt();
      }
    }
  }

  /** Throws if a call is no longer wanted. */
  @FunctionalInterface
  public interface Check<E extends Exception> {
    void check() throws E;
  }

  /** How a call ended. */
  public sealed interface Outcome<T> {}

  /** It returned. */
  public record Returned<T>(T value) implements Outcome<T> {}

  /** It threw. */
  public record Threw<T>(Throwable cause) implements Outcome<T> {}

  /** It had not ended in time; it may still. */
  public record TimedOut<T>() implements Outcome<T> {}

  private static final class Pending<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition done = lock.newCondition();
    private @Nullable Outcome<T> outcome;

    void run(Callable<T> body) {
      Outcome<T> result;
      try {
        result = new Returned<>(body.call());
      } catch (Throwable e) {
        result = new Threw<>(e);
      }
      lock.lock();
      try {
        outcome = result;
        done.signalAll();
      } finally {
        lock.unlock();
      }
    }

    Outcome<T> await(Seam seam, long deadline) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (outcome == null) {
          if (!seam.clock().awaitUntil(lock, done, deadline) && outcome == null) {
            return new TimedOut<>();
          }
        }
        return outcome;
      } finally {
        lock.unlock();
      }
    }
  }
}
