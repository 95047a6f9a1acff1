package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import java.time.Duration;
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
  private final Condition changed = lock.newCondition();
  // Requests that were sent and not answered yet, by the number they drew.
  private final TreeSet<Long> outstanding = new TreeSet<>();
  private long drawn;
  private long answered;
  private long revision;
  private boolean probing;
  private boolean paused;
  private long pausedUntil;
  private long probes;
  private String failure = "";

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
      drawn++;
      outstanding.add(drawn);
      return drawn;
    } finally {
      lock.unlock();
    }
  }

  /** The request was answered by the store at this revision. */
  void answered(long number, long atRevision) {
    lock.lock();
    try {
      outstanding.remove(number);
      if (number > answered) {
        answered = number;
        revision = atRevision;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The request was not answered. */
  void failed(long number) {
    lock.lock();
    try {
      outstanding.remove(number);
      changed.signalAll();
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
    try {
      long arrived = drawn;
      while (answered <= arrived) {
        boolean due = !outstanding.isEmpty() && outstanding.last() > arrived;
        long until = deadlineNanos;
        if (!due && isPaused()) {
          until = pausedUntil - deadlineNanos < 0 ? pausedUntil : deadlineNanos;
        } else if (!due && !probing) {
          startProbe();
        }
        if (deadlineNanos - seam.clock().nanoTime() <= 0) {
          throw ApiErrors.unavailable("the store has not answered in time" + failure);
        }
        seam.clock().awaitUntil(lock, changed, until);
      }
      return revision;
    } finally {
      lock.unlock();
    }
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

  private void startProbe() {
    probing = true;
    probes++;
    // On a thread of its own: the read it is for may be cancelled, the others want the answer all
    // the same.
    seam.threads().start("read index", this::probe);
  }

  private void probe() {
    long number = sent();
    try {
      long reply = store.range(PROBE).revision();
      answered(number, reply);
      probeEnded("");
    } catch (StoreException e) {
      failed(number);
      probeEnded(": " + e.getMessage());
    } catch (RuntimeException e) {
      failed(number);
      probeEnded(": " + e);
      throw e;
    }
  }

  private void probeEnded(String why) {
    lock.lock();
    try {
      probing = false;
      failure = why;
      paused = !why.isEmpty();
      pausedUntil = seam.clock().deadline(PAUSE_AFTER_FAILURE);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
