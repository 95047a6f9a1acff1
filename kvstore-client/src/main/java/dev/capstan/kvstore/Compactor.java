package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets history every 5 minutes, keeping an hour of it or what takes a quarter of the quota,
 * whichever is less; sooner when a quarter is written sooner, and nearly all of it while the store
 * is full. Several servers may each run one.
 */
public final class Compactor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Compactor.class);

  static final Duration PERIOD = Duration.ofMinutes(5);
  static final Duration KEEP = Duration.ofHours(1);

  /** While the store is full: enough for watches that are in step. */
  static final Duration KEEP_WHEN_FULL = Duration.ofSeconds(10);

  /** How finely past revisions are known by their time. */
  static final Duration SAMPLE = Duration.ofSeconds(30);

  /** While the store is full: what was deleted is space soon. */
  static final Duration SAMPLE_WHEN_FULL = Duration.ofSeconds(5);

  private final KvStore store;
  private final Seam seam;
  private final SpaceGuard space;
  private final History history = new History();
  private final LaneSweep sweep;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean nudged;
  private boolean closed;

  // Only the compactor's thread touches these.
  private long lastCompactionNanos;
  private boolean reachable = true;

  public Compactor(KvStore store, Seam seam, SpaceGuard space) {
    this.store = store;
    this.seam = seam;
    this.space = space;
    this.sweep = new LaneSweep(store, seam.clock());
    this.lastCompactionNanos = seam.clock().nanoTime();
  }

  /** Starts its thread. */
  public void start() {
    space.onCheck(this::nudge);
    seam.threads().start("compactor", this::run);
  }

  private void run() {
    try {
      do {
        tick();
      } while (pause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes a sample and compacts if it is time. */
  void tick() {
    try {
      KvStore.Size size = space.refresh();
      long revision =
          store.range(new KvStore.RangeRequest(GroupCommit.LANE_PREFIX, "", 1, 0, true)).revision();
      long now = seam.clock().nanoTime();
      history.add(now, revision, size.bytesInUse());
      boolean due = now - lastCompactionNanos >= PERIOD.toNanos();
      long budget = size.quotaBytes() == 0 ? Long.MAX_VALUE : size.quotaBytes() / 4;
      if (due || history.grown() >= budget || space.isFull()) {
        Duration keep = space.isFull() ? KEEP_WHEN_FULL : KEEP;
        if (space.isFull()) {
          // Deletes may have made space that only shows once it is given back.
          store.reclaim();
          space.refresh();
        }
        // Somewhat less than the budget, or every sample would bring a compaction.
        compactTo(history.forget(now - keep.toNanos(), budget / 4 * 3));
        lastCompactionNanos = now;
        sweep.run();
      }
      reachable = true;
    } catch (StoreException e) {
      if (reachable) {
        log.warn("no compaction now: {}", e.getMessage());
      }
      reachable = false;
    }
  }

  /**
   * Forgets what is before a revision now, and gives the space back.
   *
   * @param revision 0 to forget nothing
   */
  public void compactTo(long revision) {
    if (revision > 0) {
      store.compact(revision);
      store.reclaim();
      KvStore.Size size = space.refresh();
      history.shrunkTo(size.bytesInUse());
      log.debug("compacted to {}: {} KiB in use", revision, size.bytesInUse() >> 10);
    }
  }

  private void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False once closed. */
  private boolean pause() throws InterruptedException {
    long deadline = seam.clock().deadline(space.isFull() ? SAMPLE_WHEN_FULL : SAMPLE);
    lock.lock();
    try {
      while (!closed && !nudged && seam.clock().awaitUntil(lock, changed, deadline)) {
        // Spurious wake-up.
      }
      nudged = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
