package dev.capstan.apiserver.read;

import dev.capstan.apiserver.cache.ReadIndex;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.seam.Clock;
import java.time.Duration;

/**
 * Snapshots that are never stale: each includes every write acknowledged before it was asked for.
 */
public final class FreshReads {

  /** The longest a read waits for the store, whatever its client would put up with. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Clock clock;
  private final ReadIndex index;
  private final WatchCache cache;

  public FreshReads(Clock clock, ReadIndex index, WatchCache cache) {
    this.clock = clock;
    this.index = index;
    this.cache = cache;
  }

  /**
   * A snapshot at least as new as this call.
   *
   * @param deadlineNanos of the seam's clock; UNAVAILABLE when it passes
   */
  public Snapshot snapshot(long deadlineNanos) throws InterruptedException {
    long deadline = bounded(deadlineNanos);
    return cache.await(index.await(deadline), deadline);
  }

  /** A snapshot at least as new as this call, for callers without a deadline of their own. */
  Snapshot snapshot() throws InterruptedException {
    return snapshot(clock.deadline(PATIENCE));
  }

  /** A revision of the store at least as new as this call; the cache may not have reached it. */
  public long revision(long deadlineNanos) throws InterruptedException {
    return index.await(bounded(deadlineNanos));
  }

  /** The cache's snapshot once it has reached a revision. */
  public Snapshot at(long revision, long deadlineNanos) throws InterruptedException {
    return cache.await(revision, bounded(deadlineNanos));
  }

  private long bounded(long deadlineNanos) {
    long patience = clock.deadline(PATIENCE);
    return deadlineNanos - patience < 0 ? deadlineNanos : patience;
  }
}
