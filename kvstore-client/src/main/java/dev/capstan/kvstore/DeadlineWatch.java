package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Gives up what is under way when its deadline passes: one thread for all of it, which lives as
 * long as it finds something under way whenever it looks. It looks at the earliest deadline that it
 * knows of, so under load not more than once in the time that each is given.
 *
 * @param <T> what is under way
 */
public final class DeadlineWatch<T> {

  private final Seam seam;
  private final ReentrantLock lock;
  private final Supplier<List<T>> open;
  private final ToLongFunction<T> deadlineNanos;
  private final Consumer<T> giveUp;
  private final Condition sooner;
  private boolean running;
  private long nextNanos;

  /**
   * @param lock guards what is under way
   * @param open what is under way, asked for under the lock
   * @param deadlineNanos of each, in the seam's monotonic time
   * @param giveUp told of each that is late, not under the lock
   */
  public DeadlineWatch(
      Seam seam,
      ReentrantLock lock,
      Supplier<List<T>> open,
      ToLongFunction<T> deadlineNanos,
      Consumer<T> giveUp) {
    this.seam = seam;
    this.lock = lock;
    this.open = open;
    this.deadlineNanos = deadlineNanos;
    this.giveUp = giveUp;
    this.sooner = lock.newCondition();
  }

  /** One more is under way; called under the lock. */
  public void added(T one) {
    long deadline = deadlineNanos.applyAsLong(one);
    if (!running) {
      running = true;
      nextNanos = deadline;
      seam.threads().start("deadlines", this::run);
    } else if (deadline - nextNanos < 0) {
      nextNanos = deadline;
      sooner.signal();
    }
  }

  private void run() {
    boolean ended = false;
    try {
      for (List<T> late = next(); !late.isEmpty(); late = next()) {
        late.forEach(giveUp);
      }
      ended = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!ended) {
        broken();
      }
    }
  }

  /** The next that is added finds that nobody watches. */
  private void broken() {
    lock.lock();
    try {
      running = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next that are late; none if nothing is under way. */
  private List<T> next() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        List<T> all = open.get();
        long now = seam.clock().nanoTime();
        List<T> late = all.stream().filter(o -> deadlineNanos.applyAsLong(o) - now <= 0).toList();
        if (all.isEmpty() || !late.isEmpty()) {
          running = !all.isEmpty();
          return late;
        }
        nextNanos = earliest(all);
        seam.clock().awaitUntil(lock, sooner, nextNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private long earliest(List<T> some) {
    long earliest = deadlineNanos.applyAsLong(some.getFirst());
    for (T each : some) {
      // Monotonic times wrap: only differences may be compared.
      long deadline = deadlineNanos.applyAsLong(each);
      earliest = deadline - earliest < 0 ? deadline : earliest;
    }
    return earliest;
  }
}
