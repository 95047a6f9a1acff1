package dev.capstan.kvstore;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the size of the database, because etcd before mid-2026 does not count grouped
 * transactions against its quota: from 80 % of the quota on, whatever stores something is refused,
 * so that deletes still find room.
 *
 * <p>Has no thread: the size is asked for after every so many bytes written, and while refusing at
 * most once a second.
 */
public final class SpaceGuard {

  private static final Logger log = LoggerFactory.getLogger(SpaceGuard.class);
  private static final Duration WHILE_FULL = Duration.ofSeconds(1);

  private final KvStore store;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean full;
  private final AtomicLong writtenSinceCheck = new AtomicLong();
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile Runnable onCheck = () -> {};
  private volatile KvStore.Size last = new KvStore.Size(0, 0, 0);
  private volatile boolean checked;
  private long checkedNanos;

  public SpaceGuard(KvStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Whether {@link #admit} would look closely. */
  boolean isShortFor(Txn txn) {
    return full && !txn.onlyDeletes();
  }

  /**
   * May ask the store for its size.
   *
   * @throws StoreException.OutOfSpace if space is short and the transaction stores something
   */
  void admit(Txn txn) {
    if (!isShortFor(txn)) {
      return;
    }
    lock.lock();
    try {
      if (full && clock.nanoTime() - checkedNanos >= WHILE_FULL.toNanos()) {
        check();
      }
      if (full) {
        throw new StoreException.OutOfSpace(
            "the store is nearly full (%d of %d MiB): delete something"
                .formatted(last.bytesInUse() >> 20, last.quotaBytes() >> 20),
            null);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts what was written, and never blocks.
   *
   * @return whether it is time for somebody, the caller, to {@link #look} at the size
   */
  boolean wrote(int bytes) {
    long written = writtenSinceCheck.addAndGet(bytes);
    long quota = last.quotaBytes();
    // A store gives about 20 warnings between 80 % and full even if nothing else is written
    // meanwhile.
    boolean much = !checked || (quota > 0 && written > quota / 100);
    return much && due.compareAndSet(false, true);
  }

  /** Looks at the size because of what was written. */
  void look() {
    try {
      refresh();
      onCheck.run();
    } finally {
      due.set(false);
    }
  }

  /**
   * Has something called after each look at the size that writing caused: growth is seen here
   * first.
   */
  void onCheck(Runnable what) {
    onCheck = what;
  }

  boolean isFull() {
    return full;
  }

  /** The store itself said that it is full. */
  void full() {
    setFull(true);
  }

  /** Looks at the size now; called after a compaction. */
  public KvStore.Size refresh() {
    lock.lock();
    try {
      check();
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void check() {
    writtenSinceCheck.set(0);
    try {
      last = store.size();
      checked = true;
    } catch (StoreException e) {
      return; // Not reachable now: what was known stays true until the next look.
    } finally {
      checkedNanos = clock.nanoTime(); // Only now: it may have taken long.
    }
    setFull(isFull(last, full));
  }

  /**
   * Free pages inside the file are space, until the file itself comes close to the quota. etcd
   * updates both figures once in 100 ms: in the last tenth a burst of large values could otherwise
   * reach its quota, and raise its alarm, between two looks.
   */
  private static boolean isFull(KvStore.Size size, boolean wasFull) {
    long quota = size.quotaBytes();
    long percent = wasFull ? 75 : 80;
    return quota > 0
        && (size.bytesInUse() >= quota / 100 * percent || size.bytes() >= quota / 100 * 90);
  }

  private void setFull(boolean now) {
    if (now != full) {
      full = now;
      log.warn(now ? "the store is nearly full: only deletes pass" : "the store has space again");
    }
  }
}
