package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gives up transactions when their deadlines pass: one thread for all of them, which lives as long
 * as it finds some that are not answered whenever it looks. It looks at the earliest deadline that
 * it knows of, so under load not more than once in the time that a caller allows.
 */
final class DeadlineWatch {

  private final Seam seam;
  private final ReentrantLock lock;
  private final Supplier<List<Pending>> unanswered;
  private final Consumer<Pending> giveUp;
  private final Condition sooner;
  private boolean running;
  private long nextNanos;

  /**
   * @param unanswered those that are not answered, asked for under the lock
   * @param giveUp told of each that is late, not under the lock
   */
  DeadlineWatch(
      Seam seam, ReentrantLock lock, Supplier<List<Pending>> unanswered, Consumer<Pending> giveUp) {
    this.seam = seam;
    this.lock = lock;
    this.unanswered = unanswered;
    this.giveUp = giveUp;
    this.sooner = lock.newCondition();
  }

  /** One more has to be answered; called under the lock. */
  void added(Pending pending) {
    long deadline = pending.deadlineNanos();
    if (!running) {
      running = true;
      nextNanos = deadline;
      seam.threads().start("commit deadlines", this::run);
    } else if (deadline - nextNanos < 0) {
      nextNanos = deadline;
      sooner.signal();
    }
  }

  private void run() {
    try {
      for (List<Pending> late = next(); !late.isEmpty(); late = next()) {
        late.forEach(giveUp);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next that are late; none if all are answered. */
  private List<Pending> next() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        List<Pending> open = unanswered.get();
        long now = seam.clock().nanoTime();
        List<Pending> late = open.stream().filter(p -> p.deadlineNanos() - now <= 0).toList();
        if (open.isEmpty() || !late.isEmpty()) {
          running = !open.isEmpty();
          return late;
        }
        nextNanos = earliest(open);
        seam.clock().awaitUntil(lock, sooner, nextNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private static long earliest(List<Pending> some) {
    long earliest = some.getFirst().deadlineNanos();
    for (Pending each : some) {
      // Monotonic times wrap: only differences may be compared.
      earliest = each.deadlineNanos() - earliest < 0 ? each.deadlineNanos() : earliest;
    }
    return earliest;
  }
}
