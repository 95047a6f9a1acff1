package dev.capstan.apiserver.cache;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the watch cache fed by one watch of the store.
 *
 * <p>At the start the objects are read at a past revision and all later ones are replayed, so that
 * watchers of a server that was restarted go on where they were instead of listing again.
 */
public final class CacheFeed implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CacheFeed.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Seam seam;
  private final KvStore store;
  private final WatchCache cache;
  private final CacheLoader loader;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable WatchEnd end;
  private KvStore.@Nullable Watch watch;
  private boolean closed;

  /**
   * @param history how many revisions before now to replay at the start
   */
  public CacheFeed(
      Seam seam, KvStore store, WatchCache cache, ObjectDecoder decoder, long history) {
    this.seam = seam;
    this.store = store;
    this.cache = cache;
    this.loader = new CacheLoader(store, decoder, history);
    cache.onAskProgress(this::askProgress);
  }

  /** Starts feeding, on a thread of its own. */
  public void start() {
    seam.threads().start("watch cache", this::run);
  }

  private void run() {
    Duration pause = PAUSE;
    try {
      while (!isClosed()) {
        boolean good = feedOnce();
        pause = good ? PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
        if (!isClosed()) {
          seam.clock().sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Follows the store until its watch ends; false if it could not even begin. */
  private boolean feedOnce() throws InterruptedException {
    try {
      Snapshot now = cache.latest();
      if (now == null) {
        now = loader.load();
        cache.load(now);
      }
      follow(now.revision());
      return true;
    } catch (StoreException e) {
      log.warn("the store cannot be read: {}", e.getMessage());
      return false;
    }
  }

  private void follow(long after) throws InterruptedException {
    setEnd(null);
    KvStore.Watch started = store.watch(StoreKeys.ROOT, after, new Listener());
    setWatch(started);
    switch (awaitEnd()) {
      case WatchEnd.Closed
              ignored -> {} // Goes on from where the cache is, unless it is us who closed it.
      case WatchEnd.Compacted(long revision) -> {
        log.warn("revisions up to {} were compacted before they arrived: reading anew", revision);
        cache.reset();
      }
      case WatchEnd.Future(long revision) -> {
        log.warn(
            "the store is at revision {}, which is older than {}: reading anew", revision, after);
        cache.reset();
      }
    }
  }

  private WatchEnd awaitEnd() throws InterruptedException {
    lock.lock();
    try {
      while (end == null) {
        changed.await();
      }
      return end;
    } finally {
      lock.unlock();
    }
  }

  private void setEnd(@Nullable WatchEnd how) {
    lock.lock();
    try {
      end = how;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void setWatch(KvStore.Watch started) {
    lock.lock();
    try {
      watch = started;
      if (closed) {
        started.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void askProgress() {
    KvStore.Watch current;
    lock.lock();
    try {
      current = end == null ? watch : null;
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.requestProgress();
    }
  }

  @Override
  public void close() {
    KvStore.Watch current;
    lock.lock();
    try {
      closed = true;
      current = watch;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.close();
    }
  }

  private final class Listener implements KvStore.WatchListener {
    @Override
    public void onRevision(long revision, List<Change> changes) {
      cache.apply(revision, changes);
    }

    @Override
    public void onProgress(long revision) {
      cache.progress(revision);
    }

    @Override
    public void onEnd(WatchEnd how) {
      setEnd(how);
    }
  }
}
