package dev.capstan.apiserver.watch;

import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.apiserver.handler.ResponseStream;
import dev.capstan.apiserver.read.FreshReads;
import dev.capstan.apiserver.read.Selection;
import dev.capstan.seam.Seam;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All open watches.
 *
 * <p>When some have been quiet for nearly a period it makes one consistent read for all of these
 * and lets them send a bookmark. A bookmark therefore also says that the server was in touch with
 * the store: when it is cut off, bookmarks stay away, and informers know that they are stale.
 */
public final class WatchHub implements AutoCloseable {

  /** The longest silence of a watch whose server is in touch with the store. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  /** How often it is looked which watches are quiet. */
  static final Duration LOOK = Duration.ofMillis(500);

  /**
   * Most open watches: a limit for clients that leak them, far above what thousands of nodes need.
   */
  private static final int MAX_WATCHES = 20_000;

  private static final int MAX_WATCH_ID = 256;

  /** Threads that write frames; more would wake more of them for a change that concerns many. */
  private static final int WRITERS = 4;

  private final Seam seam;
  private final WatchCache cache;
  private final FreshReads reads;
  private final WatchMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock; by number of the watch, in order of opening.
  private final Map<Long, Watcher> watchers = new LinkedHashMap<>();
  private final Map<String, Watcher> byId = new LinkedHashMap<>();
  // The one that serves the next watch comes first.
  private final Deque<WatchWriter> writers = new ArrayDeque<>();
  private long opened;
  private boolean closed;

  public WatchHub(Seam seam, WatchCache cache, FreshReads reads, WatchMetrics metrics) {
    this.seam = seam;
    this.cache = cache;
    this.reads = reads;
    this.metrics = metrics;
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new WatchWriter(seam.threads()));
    }
  }

  /** Starts the heartbeat. */
  public void start() {
    seam.threads().start("bookmarks", this::beat);
  }

  /**
   * Serves a watch until its client leaves or an error ends it.
   *
   * @param selections at most one of each kind
   * @param version events after it; empty for the current objects first
   * @param id by which bookmarks are ordered; may be empty
   * @param deadlineNanos until which the watch must have begun
   */
  public void watch(
      List<Selection> selections, String version, String id, long deadlineNanos, ResponseStream out)
      throws InterruptedException {
    if (id.length() > MAX_WATCH_ID) {
      throw ApiErrors.badRequest("watchId", "must be at most " + MAX_WATCH_ID + " characters");
    }
    WatchStart start = start(selections, version, deadlineNanos);
    Watcher watcher = new Watcher(cache, metrics, selections, nextWriter(), out);
    long number = add(watcher, id);
    try {
      watcher.run(start);
    } finally {
      remove(number, watcher, id);
    }
  }

  private WatchStart start(List<Selection> selections, String version, long deadlineNanos)
      throws InterruptedException {
    if (version.isEmpty()) {
      Snapshot now = reads.snapshot(deadlineNanos);
      selections.forEach(selection -> selection.requireKnown(now));
      return new WatchStart.Initial(now);
    }
    WatchStart.After after = after(version);
    Snapshot known = cache.latest();
    if (known == null || known.revision() < after.newestSeen()) {
      // The cache may lag behind what the client has seen elsewhere: only the store knows whether
      // the version exists.
      Snapshot now = reads.snapshot(deadlineNanos);
      if (now.revision() < after.newestSeen()) {
        metrics.compacted();
        throw cache.compacted();
      }
    }
    return after;
  }

  private static WatchStart.After after(String version) {
    try {
      return WatchStart.After.version(version);
    } catch (IllegalArgumentException e) {
      throw ApiErrors.badRequest("resourceVersion", String.valueOf(e.getMessage()));
    }
  }

  private WatchWriter nextWriter() {
    lock.lock();
    try {
      WatchWriter next = writers.removeFirst();
      writers.addLast(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  private long add(Watcher watcher, String id) {
    lock.lock();
    try {
      if (closed) {
        throw shuttingDown();
      }
      if (watchers.size() >= MAX_WATCHES) {
        throw ApiErrors.exhausted("TooManyWatches", "too many open watches");
      }
      opened++;
      watchers.put(opened, watcher);
      if (!id.isEmpty()) {
        byId.put(
            id,
            watcher); // The newest of the same id counts: a client that reconnects may reuse it.
      }
      return opened;
    } finally {
      lock.unlock();
    }
  }

  private void remove(long number, Watcher watcher, String id) {
    lock.lock();
    try {
      watchers.remove(number);
      byId.remove(id, watcher);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Orders a bookmark on an open watch.
   *
   * @return the version the watch will have reached: every write acknowledged before this call is
   *     at or before it
   */
  public String bookmark(String id, long deadlineNanos) throws InterruptedException {
    Watcher watcher;
    lock.lock();
    try {
      watcher = byId.get(id);
    } finally {
      lock.unlock();
    }
    if (watcher == null) {
      throw ApiErrors.error(Code.NOT_FOUND, "NotFound", "no watch with this id is open here");
    }
    long revision = reads.snapshot(deadlineNanos).revision();
    watcher.bookmark();
    return ResourceVersions.whole(revision);
  }

  /** Open watches. */
  public int size() {
    lock.lock();
    try {
      return watchers.size();
    } finally {
      lock.unlock();
    }
  }

  private void beat() {
    try {
      long tick = seam.clock().deadline(PERIOD);
      while (true) {
        seam.clock().sleep(LOOK);
        List<Watcher> all = all();
        if (all == null) {
          return;
        }
        // By the clock: while the store hangs, a look takes as long as a heartbeat may.
        if (seam.clock().nanoTime() - tick >= 0) {
          tick = seam.clock().deadline(PERIOD);
          cache.forgetOld();
          all.forEach(Watcher::tick);
        }
        List<Watcher> quiet = all.stream().filter(Watcher::isQuiet).toList();
        if (!quiet.isEmpty()) {
          heartbeat(quiet);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void heartbeat(List<Watcher> quiet) throws InterruptedException {
    try {
      reads.snapshot(seam.clock().deadline(PERIOD));
      quiet.forEach(Watcher::heartbeat);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        throw e;
      }
      // No bookmarks then: that is the message.
    }
  }

  /** Null once closed. */
  private @Nullable List<Watcher> all() {
    lock.lock();
    try {
      return closed ? null : List.copyOf(watchers.values());
    } finally {
      lock.unlock();
    }
  }

  private static StatusRuntimeException shuttingDown() {
    return ApiErrors.unavailable("the server is shutting down");
  }

  /**
   * Ends all watches with UNAVAILABLE, each after a last bookmark from which it can go on
   * elsewhere.
   */
  @Override
  public void close() {
    List<Watcher> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(watchers.values());
    } finally {
      lock.unlock();
    }
    all.forEach(watcher -> watcher.shutDown(shuttingDown()));
  }

  /** Blocks until no watch is open, or the deadline has passed. */
  public void awaitEnd(long deadlineNanos) throws InterruptedException {
    lock.lock();
    try {
      boolean inTime = true;
      while (!watchers.isEmpty() && inTime) {
        inTime = seam.clock().awaitUntil(lock, changed, deadlineNanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
