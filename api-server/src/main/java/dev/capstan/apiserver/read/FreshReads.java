package dev.capstan.apiserver.read;

import dev.capstan.apiserver.cache.ReadIndex;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Snapshots that are never stale: each includes every write acknowledged before it was asked for.
 */
public final class FreshReads {

  /** The longest a read waits for the store, whatever its client would put up with. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Seam seam;
  private final ReadIndex index;
  private final WatchCache cache;

  public FreshReads(Seam seam, ReadIndex index, WatchCache cache) {
    this.seam = seam;
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

  /**
   * As {@link #snapshot(long)}, without blocking. What depends on it must be short and must not
   * block: see {@link ReadIndex#promise}.
   */
  CompletableFuture<Snapshot> promise(long deadlineNanos) {
    long deadline = bounded(deadlineNanos);
    return index.promise(deadline).thenCompose(revision -> cache.promise(revision, deadline));
  }

  /** A snapshot at least as new as this call, for callers without a deadline of their own. */
  Snapshot snapshot() throws InterruptedException {
    return snapshot(seam.clock().deadline(PATIENCE));
  }

  /** A revision of the store at least as new as this call; the cache may not have reached it. */
  public long revision(long deadlineNanos) throws InterruptedException {
    return index.await(bounded(deadlineNanos));
  }

  private long bounded(long deadlineNanos) {
    long patience = seam.clock().deadline(PATIENCE);
    return deadlineNanos - patience < 0 ? deadlineNanos : patience;
  }
}
