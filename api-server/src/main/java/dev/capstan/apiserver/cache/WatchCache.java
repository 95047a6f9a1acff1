package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.seam.Seam;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All objects at the newest revision known, and the revisions that led there.
 *
 * <p>One thread at a time changes it, {@link CacheFeed}'s or its watch's. A revision is applied
 * whole to a snapshot of its own, which is then published by one reference: no reader of a snapshot
 * ever sees a part of a revision, and none ever waits for another.
 */
public final class WatchCache {

  /** How often a waiting read asks again where the store's watch stands. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  /** So long all past revisions are kept that there is room for. */
  private static final Duration RECENT = Duration.ofSeconds(20);

  private final Seam seam;
  private final ObjectDecoder decoder;
  private final Ring ring;
  private final Newest newest = new Newest();
  private final Interests interests = new Interests();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Null while the cache is being built. Written under the lock, after subscribers have been
  // offered the revision.
  private volatile @Nullable Snapshot snapshot;
  private volatile Runnable askProgress = () -> {};
  private final Laggards laggards;
  // As last logged: outlives a cache that is built anew.
  private UnreadableKeys unreadable = UnreadableKeys.NONE;
  private boolean closed;

  /**
   * @param ringBytes the most that past revisions may take, roughly
   */
  public WatchCache(Seam seam, ObjectDecoder decoder, long ringBytes) {
    this.seam = seam;
    this.decoder = decoder;
    this.ring = new Ring(ringBytes);
    this.laggards = new Laggards(seam, () -> askProgress.run());
  }

  // What readers call.

  /** The newest snapshot; null while the cache is being built. May lag behind the store. */
  public @Nullable Snapshot latest() {
    return snapshot;
  }

  /**
   * One object in the newest state known, or null; quicker than to look it up in {@link #latest}.
   */
  public @Nullable CachedObject newest(Kind kind, String namespace, String name) {
    return newest.get(kind, CachedObject.key(namespace, name));
  }

  /**
   * Waits until the cache has reached a revision.
   *
   * @param deadlineNanos of the seam's clock; UNAVAILABLE when it passes
   */
  public Snapshot await(long revision, long deadlineNanos) throws InterruptedException {
    @Nullable Snapshot now = snapshot;
    while (now == null || now.revision() < revision) {
      askProgress.run();
      now = awaitOnce(revision, deadlineNanos);
    }
    return now;
  }

  /**
   * As {@link #await}, without blocking. What depends on it holds up other reads that wait for the
   * same: it must be short and must not block.
   */
  public CompletableFuture<Snapshot> promise(long revision, long deadlineNanos) {
    Snapshot there = snapshot;
    if (there != null && there.revision() >= revision) {
      return CompletableFuture.completedFuture(there);
    }
    lock.lock();
    try {
      Snapshot now = snapshot;
      if (closed) {
        return CompletableFuture.failedFuture(ApiErrors.unavailable("the server is shutting down"));
      }
      // Under the lock, so that no snapshot is published between the look and the wait.
      return now != null && now.revision() >= revision
          ? CompletableFuture.completedFuture(now)
          : laggards.add(revision, deadlineNanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Objects of a kind as they were at a revision, or null if what has changed since is forgotten,
   * or the cache has not come so far.
   *
   * @return those whose key starts with {@code prefix} and is greater than {@code startAfter}, in
   *     order of their keys
   */
  public @Nullable Iterable<CachedObject> past(
      Kind kind, long revision, String prefix, String startAfter) {
    Snapshot now;
    List<Revision> since;
    lock.lock();
    try {
      now = snapshot;
      if (now == null || revision < ring.floor() || revision > now.revision()) {
        return null;
      }
      since = ring.allAfter(revision);
    } finally {
      lock.unlock();
    }
    return new Past(kind, now.table(kind), since, prefix, startAfter);
  }

  private @Nullable Snapshot awaitOnce(long revision, long deadlineNanos)
      throws InterruptedException {
    long askAgain = seam.clock().deadline(ASK_AGAIN);
    lock.lock();
    try {
      while (snapshot == null || snapshot.revision() < revision) {
        if (closed) {
          throw ApiErrors.unavailable("the server is shutting down");
        }
        if (deadlineNanos - seam.clock().nanoTime() <= 0) {
          throw ApiErrors.unavailable("the server has not caught up with the store in time");
        }
        long until = deadlineNanos - askAgain < 0 ? deadlineNanos : askAgain;
        if (!seam.clock().awaitUntil(lock, changed, until) && until == askAgain) {
          return snapshot;
        }
      }
      return snapshot;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts to offer new revisions to a subscriber. Those already published after {@code after} are
   * not offered: the subscriber fetches them with {@link #next}.
   *
   * @throws StatusRuntimeException OUT_OF_RANGE if events after {@code after} are forgotten
   */
  public void subscribe(Subscriber subscriber, List<Interest> of, long after) {
    lock.lock();
    try {
      if (snapshot == null || after < ring.floor()) {
        throw compacted();
      }
      interests.add(subscriber, of);
    } finally {
      lock.unlock();
    }
  }

  /** Ends a subscription. */
  public void unsubscribe(Subscriber subscriber) {
    lock.lock();
    try {
      interests.remove(subscriber);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first revision with events after this one.
   *
   * @param none run under the lock if there is none yet: what comes from then on is offered
   * @throws StatusRuntimeException OUT_OF_RANGE if events after {@code after} are forgotten
   */
  public @Nullable Revision next(long after, Runnable none) {
    lock.lock();
    try {
      if (snapshot == null || after < ring.floor()) {
        throw compacted();
      }
      Revision next = ring.firstAfter(after);
      if (next == null) {
        none.run();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives back what a busy time has filled, once it is over: past revisions are for those who have
   * just lost their connection, and when little happens to list again costs little.
   */
  public void forgetOld() {
    lock.lock();
    try {
      ring.forgetBefore(seam.clock().nanoTime() - RECENT.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /** True if events after this revision are forgotten. */
  public boolean isForgotten(long after) {
    lock.lock();
    try {
      return after < ring.floor();
    } finally {
      lock.unlock();
    }
  }

  /** OUT_OF_RANGE with the oldest and newest versions. */
  public StatusRuntimeException compacted() {
    lock.lock();
    try {
      Snapshot now = snapshot;
      return ApiErrors.compacted(
          ResourceVersions.whole(ring.floor()),
          ResourceVersions.whole(now == null ? ring.floor() : now.revision()));
    } finally {
      lock.unlock();
    }
  }

  /** Figures for metrics. */
  public CacheStats stats() {
    lock.lock();
    try {
      Snapshot now = snapshot;
      return new CacheStats(
          now == null ? 0 : now.revision(),
          ring.floor(),
          ring.bytes(),
          ring.size(),
          interests.size(),
          now == null ? 0 : now.size(),
          now == null ? 0 : now.unreadable().size());
    } finally {
      lock.unlock();
    }
  }

  // What the feed calls.

  /** How to ask the store's watch where it stands. */
  void onAskProgress(Runnable ask) {
    askProgress = ask;
  }

  /** Begins anew with these objects. */
  void load(Snapshot loaded) {
    lock.lock();
    try {
      ring.reset(loaded.revision());
      newest.load(loaded);
      publish(loaded);
    } finally {
      lock.unlock();
    }
  }

  /** Applies a revision whole, offers it, and publishes it. */
  void apply(long number, List<Change> changes) {
    Snapshot before = snapshot;
    if (before == null || number <= before.revision()) {
      return;
    }
    Changes applied = Changes.apply(number, changes, before, newest, decoder);
    newest.apply(applied.revision());
    lock.lock();
    try {
      if (applied.broken()) {
        ring.reset(number);
        interests.expireAll();
      } else if (!applied.revision().events().isEmpty()) {
        ring.append(applied.revision(), seam.clock().nanoTime());
        interests.offer(applied.revision());
      }
      // Last: who finds this revision published has been offered it (see Watcher.bookmark).
      publish(applied.after());
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of ours changed up to this revision. */
  void progress(long revision) {
    lock.lock();
    try {
      Snapshot now = snapshot;
      if (now != null && revision > now.revision()) {
        publish(now.at(revision));
      }
    } finally {
      lock.unlock();
    }
  }

  private void publish(Snapshot next) {
    if (next.unreadable() != unreadable) {
      next.unreadable().logSince(unreadable);
      unreadable = next.unreadable();
    }
    snapshot = next;
    changed.signalAll();
    laggards.published(next);
  }

  /**
   * Forgets everything: the thread of revisions is lost. Watchers are told to list again; reads
   * wait.
   */
  void reset() {
    lock.lock();
    try {
      snapshot = null;
      newest.clear();
      interests.expireAll();
    } finally {
      lock.unlock();
    }
  }

  /** Fails all who wait. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    laggards.close();
  }
}
