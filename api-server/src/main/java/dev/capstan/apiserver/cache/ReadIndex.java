package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells a read the revision it must see, so that it is never stale.
 *
 * <p>The rule: any linearizable reply of the store will do whose request was sent after the read
 * arrived, because it sees every write that was acknowledged before. Replies to writes pass by here
 * all the time ({@link ObservedStore}); if none is due, one count of an absent key is asked for on
 * behalf of all reads that wait. This is etcd's and Raft's "read index" (Ongaro's thesis, §6.4),
 * one storey up.
 *
 * <p>Order is told by a counter that each arrival and each sending draws from, not by a clock.
 */
public final class ReadIndex {

  /** The cheapest consistent read. */
  static final KvStore.RangeRequest PROBE =
      new KvStore.RangeRequest("/capstan-absent/", "", 1, 0, true);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  /** How late a promise may be broken whose deadline has passed. */
  private static final Duration LOOK_FOR_LATE = Duration.ofSeconds(1);

  private final Seam seam;
  private final KvStore store;
  private final ReentrantLock lock = new ReentrantLock();
  // Requests that were sent and not answered yet, by the number they drew.
  private final TreeSet<Long> outstanding = new TreeSet<>();
  // In the order of their arrival.
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private long drawn;
  private long answered;
  private long revision;
  private boolean probing;
  private boolean paused;
  private long pausedUntil;
  private long probes;
  private String failure = "";
  private boolean lookingForLate;

  /**
   * A read that waits.
   *
   * @param arrived the last number drawn before: a greater one's answer will do
   * @param changed of one that blocks; signalled when it has been answered or the store must be
   *     asked
   * @param promise of one that does not
   */
  private record Waiter(
      long arrived,
      long deadlineNanos,
      @Nullable Condition changed,
      @Nullable CompletableFuture<Long> promise) {

    void wake() {
      if (changed != null) {
        changed.signal();
      }
    }
  }

  /**
   * @param store asked directly, not through an {@link ObservedStore}
   */
  public ReadIndex(Seam seam, KvStore store) {
    this.seam = seam;
    this.store = store;
  }

  /** A linearizable request is about to be sent; its number is given back with the reply. */
  long sent() {
    lock.lock();
    try {
      return draw();
    } finally {
      lock.unlock();
    }
  }

  private long draw() {
    drawn++;
    outstanding.add(drawn);
    return drawn;
  }

  /** The request was answered by the store at this revision. */
  void answered(long number, long atRevision) {
    List<CompletableFuture<Long>> kept = release(number, atRevision);
    if (!kept.isEmpty()) {
      // One thread for all of them, and not this one: it has other things to do.
      seam.threads().start("reads", () -> kept.forEach(promise -> promise.complete(atRevision)));
    }
  }

  /** Wakes the reads that an answer is for; those that do not block are returned. */
  private List<CompletableFuture<Long>> release(long number, long atRevision) {
    List<CompletableFuture<Long>> promises = new ArrayList<>();
    lock.lock();
    try {
      outstanding.remove(number);
      if (number > answered) {
        answered = number;
        revision = atRevision;
        while (!waiting.isEmpty() && waiting.getFirst().arrived < answered) {
          Waiter first = waiting.removeFirst();
          first.wake();
          if (first.promise != null) {
            promises.add(first.promise);
          }
        }
      }
      ask();
    } finally {
      lock.unlock();
    }
    return promises;
  }

  /** The request was not answered. */
  void failed(long number) {
    lock.lock();
    try {
      outstanding.remove(number);
      ask();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A revision that includes every write acknowledged before this call.
   *
   * @param deadlineNanos of the seam's clock; UNAVAILABLE when it passes
   */
  public long await(long deadlineNanos) throws InterruptedException {
    lock.lock();
    Condition changed = lock.newCondition();
    Waiter waiter = new Waiter(drawn, deadlineNanos, changed, null);
    waiting.addLast(waiter);
    try {
      ask();
      while (answered <= waiter.arrived) {
        if (deadlineNanos - seam.clock().nanoTime() <= 0) {
          throw notInTime();
        }
        boolean pauseEndsFirst = isPaused() && pausedUntil - deadlineNanos < 0;
        seam.clock().awaitUntil(lock, changed, pauseEndsFirst ? pausedUntil : deadlineNanos);
        ask();
      }
      return revision;
    } finally {
      waiting.remove(waiter);
      lock.unlock();
    }
  }

  /**
   * As {@link #await}, without blocking. What depends on it runs on the thread that brings the
   * store's answer and holds up others that wait for the same: it must be short and must not block.
   */
  public CompletableFuture<Long> promise(long deadlineNanos) {
    CompletableFuture<Long> promise = new CompletableFuture<>();
    lock.lock();
    try {
      waiting.addLast(new Waiter(drawn, deadlineNanos, null, promise));
      ask();
      if (!lookingForLate) {
        lookingForLate = true;
        seam.threads().start("late reads", this::breakLatePromises);
      }
    } finally {
      lock.unlock();
    }
    return promise;
  }

  private StatusRuntimeException notInTime() {
    return ApiErrors.unavailable("the store has not answered in time" + failure);
  }

  /** Runs as long as there are promises whenever it looks. */
  private void breakLatePromises() {
    try {
      boolean more = true;
      while (more) {
        seam.clock().sleep(LOOK_FOR_LATE);
        more = breakLate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean breakLate() {
    List<CompletableFuture<Long>> late = new ArrayList<>();
    StatusRuntimeException why;
    boolean more = false;
    lock.lock();
    try {
      long now = seam.clock().nanoTime();
      for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        if (waiter.promise != null && waiter.deadlineNanos - now <= 0) {
          late.add(waiter.promise);
          each.remove();
        } else {
          more |= waiter.promise != null;
        }
      }
      why = notInTime();
      lookingForLate = more;
    } finally {
      lock.unlock();
    }
    late.forEach(promise -> promise.completeExceptionally(why));
    return more;
  }

  /** Sees to it that the youngest waiting read will be answered, and so all others. */
  private void ask() {
    if (mustAsk()) {
      probing = true;
      // On a thread of its own: the read it is for may be cancelled, the others want the answer all
      // the same.
      seam.threads().start("read index", this::probe);
    }
  }

  private boolean mustAsk() {
    if (probing || waiting.isEmpty() || isPaused()) {
      return false;
    }
    return outstanding.isEmpty() || outstanding.last() <= waiting.getLast().arrived;
  }

  /** The newest revision that the store has answered with. */
  public long known() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /** How often the store was asked on behalf of reads alone. */
  public long probes() {
    lock.lock();
    try {
      return probes;
    } finally {
      lock.unlock();
    }
  }

  private boolean isPaused() {
    paused = paused && pausedUntil - seam.clock().nanoTime() > 0;
    return paused;
  }

  /** Asks for as long as there are reads that no answer is due for. */
  private void probe() {
    boolean more = true;
    while (more) {
      more = probeOnce();
    }
  }

  private boolean probeOnce() {
    long number = probeSent();
    try {
      long reply = store.range(PROBE).revision();
      List<CompletableFuture<Long>> kept = release(number, reply);
      boolean more = probeEnded("");
      if (more && !kept.isEmpty()) {
        seam.threads().start("read index", this::probe); // The next question waits for no answers.
        more = false;
      }
      kept.forEach(promise -> promise.complete(reply));
      return more;
    } catch (StoreException e) {
      failed(number);
      return probeEnded(": " + e.getMessage());
    } catch (RuntimeException e) {
      failed(number);
      probeEnded(": " + e);
      throw e;
    }
  }

  private void askAfterPause() {
    try {
      seam.clock().sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    lock.lock();
    try {
      ask();
    } finally {
      lock.unlock();
    }
  }

  private long probeSent() {
    lock.lock();
    try {
      probes++;
      return draw();
    } finally {
      lock.unlock();
    }
  }

  /** True if the thread that asks shall ask again. */
  private boolean probeEnded(String why) {
    lock.lock();
    try {
      probing = false;
      failure = why;
      paused = !why.isEmpty();
      pausedUntil = seam.clock().deadline(PAUSE_AFTER_FAILURE);
      if (paused) {
        // They wait for the end of the pause from now on.
        waiting.forEach(Waiter::wake);
        // Those that do not block have somebody wait for them.
        if (waiting.stream().anyMatch(waiter -> waiter.promise != null)) {
          seam.threads().start("read index", this::askAfterPause);
        }
      }
      probing = mustAsk();
      return probing;
    } finally {
      lock.unlock();
    }
  }
}
