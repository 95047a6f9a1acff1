package dev.capstan.kvstore;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses whatever stores something while there is hardly space for it, so that deletes still find
 * room: from 80 % of the quota on, because etcd before mid-2026 does not count grouped transactions
 * against it, and while the store says that it is short of space for another reason (its disk is
 * full, etcd has raised its alarm).
 *
 * <p>Has no thread: the store is asked after every so many bytes written and every so often while
 * something is written, and while refusing at most once a second.
 */
public final class SpaceGuard {

  private static final Logger log = LoggerFactory.getLogger(SpaceGuard.class);
  private static final Duration WHILE_FULL = Duration.ofSeconds(1);

  /** A disk is filled by others too: what is kept in reserve must last as long. */
  private static final Duration WHILE_WRITING = Duration.ofMillis(500);

  private final KvStore store;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /** Why only deletes pass: a sentence; empty if everything passes. */
  private volatile String why = "";

  private final AtomicLong writtenSinceCheck = new AtomicLong();
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile Runnable onCheck = () -> {};
  private volatile KvStore.Size last = new KvStore.Size(0, 0, 0);
  private volatile boolean checked;
  private volatile long checkedNanos;

  public SpaceGuard(KvStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Whether {@link #admit} would look closely. */
  boolean isShortFor(Txn txn) {
    return isFull() && !txn.onlyDeletes();
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
      if (isFull() && clock.nanoTime() - checkedNanos >= WHILE_FULL.toNanos()) {
        check();
      }
      if (isFull()) {
        throw new StoreException.OutOfSpace(why, null);
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
    boolean time = clock.nanoTime() - checkedNanos >= WHILE_WRITING.toNanos();
    return (time || isMuch(written)) && due.compareAndSet(false, true);
  }

  /**
   * A store gives about 20 warnings between 80 % and full even if nothing else is written
   * meanwhile.
   */
  private boolean isMuch(long written) {
    long quota = last.quotaBytes();
    return !checked || (quota > 0 && written > quota / 100);
  }

  /** Looks at the size because of what was written. */
  void look() {
    try {
      boolean much = isMuch(writtenSinceCheck.get());
      boolean wasFull = isFull();
      refresh();
      if (much || (isFull() && !wasFull)) {
        onCheck.run();
      }
    } finally {
      due.set(false);
    }
  }

  /**
   * Has something called when much was written, and when the store has become full: both are seen
   * here first.
   */
  void onCheck(Runnable what) {
    onCheck = what;
  }

  /** Whether only deletes pass, and what makes them possible. */
  public boolean isFull() {
    return !why.isEmpty();
  }

  /** The store itself said that it is full. */
  void full(StoreException.OutOfSpace said) {
    boolean wasFull = isFull();
    setWhy(String.valueOf(said.getMessage()));
    if (!wasFull) {
      onCheck.run();
    }
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
    setWhy(reason(last, isFull()));
  }

  /**
   * Free pages inside the file are space, until the file itself comes close to the quota. etcd
   * updates both figures once in 100 ms: in the last tenth a burst of large values could otherwise
   * reach its quota, and raise its alarm, between two looks.
   */
  private static String reason(KvStore.Size size, boolean wasFull) {
    if (!size.shortage().isEmpty()) {
      return size.shortage();
    }
    long quota = size.quotaBytes();
    long percent = wasFull ? 75 : 80;
    boolean nearlyFull =
        quota > 0
            && (size.bytesInUse() >= quota / 100 * percent || size.bytes() >= quota / 100 * 90);
    return nearlyFull
        ? "the store is nearly full: %d of %d MiB in use, the file has %d MiB"
            .formatted(size.bytesInUse() >> 20, quota >> 20, size.bytes() >> 20)
        : "";
  }

  private void setWhy(String now) {
    boolean was = isFull();
    why = now.isEmpty() ? "" : now + "; only deletes pass: delete something or make room there";
    if (was != isFull()) {
      log.warn(was ? "the store has space again" : why);
    }
  }
}
