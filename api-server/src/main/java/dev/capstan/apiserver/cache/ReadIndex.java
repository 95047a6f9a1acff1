package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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

  /**
   * A read that waits.
   *
   * @param arrived the last number drawn before: a greater one's answer will do
   * @param changed signalled when it has been answered or the store must be asked
   */
  private record Waiter(long arrived, Condition changed) {}

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
    lock.lock();
    try {
      outstanding.remove(number);
      if (number > answered) {
        answered = number;
        revision = atRevision;
        releaseAnswered();
      }
      ask();
    } finally {
      lock.unlock();
    }
  }

  private void releaseAnswered() {
    while (!waiting.isEmpty() && waiting.getFirst().arrived < answered) {
      waiting.removeFirst().changed.signal();
    }
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
    Waiter waiter = new Waiter(drawn, lock.newCondition());
    waiting.addLast(waiter);
    try {
      ask();
      while (answered <= waiter.arrived) {
        if (deadlineNanos - seam.clock().nanoTime() <= 0) {
          throw ApiErrors.unavailable("the store has not answered in time" + failure);
        }
        boolean pauseEndsFirst = isPaused() && pausedUntil - deadlineNanos < 0;
        seam.clock().awaitUntil(lock, waiter.changed, pauseEndsFirst ? pausedUntil : deadlineNanos);
        ask();
      }
      return revision;
    } finally {
      waiting.remove(waiter);
      lock.unlock();
    }
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
      answered(number, reply);
      return probeEnded("");
    } catch (StoreException e) {
      failed(number);
      return probeEnded(": " + e.getMessage());
    } catch (RuntimeException e) {
      failed(number);
      probeEnded(": " + e);
      throw e;
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
        waiting.forEach(waiter -> waiter.changed.signal());
      }
      probing = mustAsk();
      return probing;
    } finally {
      lock.unlock();
    }
  }
}
