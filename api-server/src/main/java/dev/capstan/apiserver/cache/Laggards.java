package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads that wait for the cache to reach a revision, without a thread for each: whoever publishes a
 * snapshot takes those that it is for; one thread, which lives while there are any, looks after
 * those for which nothing comes.
 */
final class Laggards {

  /** The news of a revision is nearly always on its way; later it is asked for. */
  private static final Duration LOOK = Duration.ofMillis(5);

  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  private static final class Waiter {
    final long revision;
    final long deadlineNanos;
    final CompletableFuture<Snapshot> promise = new CompletableFuture<>();

    /** It has waited since the look before. */
    boolean seen;

    Waiter(long revision, long deadlineNanos) {
      this.revision = revision;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final Seam seam;
  private final Runnable askProgress;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Waiter> waiting = new ArrayList<>();
  private boolean looking;

  /**
   * @param askProgress asks the store's watch where it stands
   */
  Laggards(Seam seam, Runnable askProgress) {
    this.seam = seam;
    this.askProgress = askProgress;
  }

  /** Promises the first snapshot that has reached {@code revision}. */
  CompletableFuture<Snapshot> add(long revision, long deadlineNanos) {
    Waiter waiter = new Waiter(revision, deadlineNanos);
    lock.lock();
    try {
      waiting.add(waiter);
      if (!looking) {
        looking = true;
        seam.threads().start("laggards", this::look);
      }
    } finally {
      lock.unlock();
    }
    return waiter.promise;
  }

  /** A snapshot is published. Does not run what depends on the promises it keeps. */
  void published(Snapshot snapshot) {
    List<CompletableFuture<Snapshot>> reached = new ArrayList<>();
    lock.lock();
    try {
      for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        if (waiter.revision <= snapshot.revision()) {
          reached.add(waiter.promise);
          each.remove();
        }
      }
    } finally {
      lock.unlock();
    }
    if (!reached.isEmpty()) {
      // One thread for all of them, and not this one, which feeds the cache.
      seam.threads().start("reads", () -> reached.forEach(promise -> promise.complete(snapshot)));
    }
  }

  private void look() {
    long asked = seam.clock().nanoTime() - ASK_AGAIN.toNanos();
    long askedFor = 0;
    boolean ended = false;
    try {
      while (breakLate()) {
        seam.clock().sleep(LOOK);
        boolean again = seam.clock().nanoTime() - asked >= ASK_AGAIN.toNanos();
        long waitedFor = waitedFor(again, askedFor);
        if (waitedFor > 0) {
          asked = seam.clock().nanoTime();
          askedFor = waitedFor;
          askProgress.run();
        }
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

  /** The next that is added finds that nobody looks. */
  private void broken() {
    lock.lock();
    try {
      looking = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The highest revision that is waited for, or 0 if there is nothing to ask.
   *
   * @param again whether it is time to ask again for what was asked for
   * @param askedFor the highest revision that was waited for when it was asked
   */
  private long waitedFor(boolean again, long askedFor) {
    lock.lock();
    try {
      long highest = 0;
      boolean overdue = false;
      for (Waiter waiter : waiting) {
        highest = Math.max(highest, waiter.revision);
        overdue |= again || (waiter.seen && waiter.revision > askedFor);
        waiter.seen = true;
      }
      return overdue ? highest : 0;
    } finally {
      lock.unlock();
    }
  }

  /** False if nobody waits any more. */
  private boolean breakLate() {
    List<CompletableFuture<Snapshot>> late = new ArrayList<>();
    boolean more;
    lock.lock();
    try {
      long now = seam.clock().nanoTime();
      for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        if (waiter.deadlineNanos - now <= 0) {
          late.add(waiter.promise);
          each.remove();
        }
      }
      more = !waiting.isEmpty();
      looking = more;
    } finally {
      lock.unlock();
    }
    fail(late, "the server has not caught up with the store in time");
    return more;
  }

  /** The server stops: fails all who wait. */
  void close() {
    List<CompletableFuture<Snapshot>> all;
    lock.lock();
    try {
      all = waiting.stream().map(waiter -> waiter.promise).toList();
      waiting.clear();
    } finally {
      lock.unlock();
    }
    fail(all, "the server is shutting down");
  }

  private static void fail(List<CompletableFuture<Snapshot>> promises, String why) {
    promises.forEach(promise -> promise.completeExceptionally(ApiErrors.unavailable(why)));
  }
}
