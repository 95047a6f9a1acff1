package dev.capstan.apiserver.watch;

import com.google.protobuf.ByteString;
import dev.capstan.api.ApiErrors;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.Frames;
import dev.capstan.apiserver.cache.Interest;
import dev.capstan.apiserver.cache.Revision;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.Subscriber;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.apiserver.handler.ResponseStream;
import dev.capstan.apiserver.read.Selection;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One watch stream, on the virtual thread of its call.
 *
 * <p>The cache tells it the numbers of revisions to look at; it fetches them one at a time, when
 * the client has room for a frame, and holds none while it waits. So a client that does not read
 * costs a few hundred bytes and delays nobody. When the revisions it needs have left the ring it
 * ends with OUT_OF_RANGE.
 */
final class Watcher implements Subscriber {

  /**
   * Initial frames are about this large: what a client that never reads makes the transport keep.
   */
  private static final int INITIAL_FRAME_BYTES = 32 * 1024;

  /**
   * Ticks (of {@link WatchHub#PERIOD}) without room after which a client that is still being listed
   * to is given up.
   */
  private static final int MAX_IDLE_TICKS = 12;

  private final WatchCache cache;
  private final WatchMetrics metrics;
  private final List<Selection> selections;
  private final WatchFrames frames;
  private final ResponseStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Backlog backlog = new Backlog();
  private boolean lagging;
  private boolean listing;
  private boolean quiet;
  private int idleTicks;
  private long bookmark = -1;
  private @Nullable StatusRuntimeException end;
  private boolean lastBookmark;

  // The watcher's thread only: everything up to here has been sent; of the revision after it,
  // events up to the slot.
  private long position;
  private int slot = -1;
  private long told = -1;

  Watcher(WatchCache cache, WatchMetrics metrics, List<Selection> selections, ResponseStream out) {
    this.cache = cache;
    this.metrics = metrics;
    this.selections = selections;
    this.frames = new WatchFrames(selections);
    this.out = out;
  }

  // Called by the cache, under its lock.

  @Override
  public void offer(long revision) {
    lock.lock();
    try {
      if (!lagging && !backlog.add(revision)) {
        lagging = true;
        backlog.clear();
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void expire() {
    // Not under our lock: the cache's is held, and the error is made from its state.
    StatusRuntimeException why = cache.compacted();
    end(why, false);
  }

  // Called by the hub.

  /** Orders a bookmark, now that the cache has reached this revision. */
  void bookmark(long revision) {
    lock.lock();
    try {
      bookmark = Math.max(bookmark, revision);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the watch with this error; {@code politely}: after a last bookmark. */
  void end(StatusRuntimeException why, boolean politely) {
    lock.lock();
    try {
      if (end == null) {
        end = why;
        lastBookmark = politely;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #bookmark}, unless something was sent since the last time: that is a sign of life as
   * good.
   */
  void heartbeat(long revision) {
    lock.lock();
    try {
      if (!quiet) {
        quiet = true;
        return;
      }
    } finally {
      lock.unlock();
    }
    bookmark(revision);
  }

  /** Looks, once a period, whether the client can still be served. */
  void tick() {
    boolean waiting = !out.isReady();
    long oldest;
    lock.lock();
    try {
      idleTicks = waiting ? idleTicks + 1 : 0;
      if (listing && idleTicks >= MAX_IDLE_TICKS && end == null) {
        end = ApiErrors.exhausted("TooSlow", "the client has not read for a minute");
        changed.signal();
      }
      oldest = waiting && !backlog.isEmpty() ? backlog.first() - 1 : Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
    if (oldest != Long.MAX_VALUE && cache.isForgotten(oldest)) {
      end(cache.compacted(), false);
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  // The watcher's thread.

  /** Serves the watch until the client leaves or an error ends it. */
  void run(WatchStart start) throws InterruptedException {
    List<Interest> interests = selections.stream().map(Selection::interest).toList();
    position = start.revision();
    lagging = cache.subscribe(this, interests, position);
    out.onChange(this::wake);
    try {
      switch (start) {
        case WatchStart.Initial(Snapshot snapshot) -> list(snapshot);
        case WatchStart.After after -> slot = after.slot();
      }
      while (step()) {}
    } finally {
      out.onChange(null);
      cache.unsubscribe(this);
    }
  }

  private void list(Snapshot snapshot) throws InterruptedException {
    setListing(true);
    List<ByteString> events = new ArrayList<>();
    int bytes = 0;
    for (Selection selection : selections) {
      for (CachedObject object : selection.candidates(snapshot)) {
        if (!selection.test(object)) {
          continue;
        }
        ByteString event = Frames.added(object.object());
        if (bytes > 0 && bytes + event.size() > INITIAL_FRAME_BYTES) {
          if (!sendWhenReady(WatchFrames.initial(events, position, false))) {
            return;
          }
          events.clear();
          bytes = 0;
        }
        events.add(event);
        bytes += event.size();
      }
    }
    if (sendWhenReady(WatchFrames.initial(events, position, true))) {
      told = position;
      setListing(false);
    }
  }

  private void setQuiet(boolean value) {
    lock.lock();
    try {
      quiet = value;
    } finally {
      lock.unlock();
    }
  }

  private void setListing(boolean value) {
    lock.lock();
    try {
      listing = value;
    } finally {
      lock.unlock();
    }
  }

  /** False if the client has gone. */
  private boolean sendWhenReady(ByteString frame) throws InterruptedException {
    lock.lock();
    try {
      while (!out.isReady() && !out.isCancelled()) {
        throwEnd();
        changed.await();
      }
      throwEnd();
    } finally {
      lock.unlock();
    }
    return send(frame);
  }

  private void throwEnd() {
    if (end != null) {
      throw end;
    }
  }

  private boolean send(ByteString frame) {
    if (out.isCancelled()) {
      return false;
    }
    out.send(frame);
    setQuiet(false);
    metrics.frame(frame.size());
    return true;
  }

  /** What to do next. */
  private enum Step {
    LOOK,
    BOOKMARK,
    END,
    LEAVE
  }

  /** Does one thing; false when the watch is over. */
  private boolean step() throws InterruptedException {
    return switch (await()) {
      case LOOK -> look();
      case BOOKMARK -> {
        sendBookmark();
        yield true;
      }
      case END -> throw ended();
      case LEAVE -> false;
    };
  }

  private Step await() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (out.isCancelled()) {
          return Step.LEAVE;
        }
        boolean work = lagging || !backlog.isEmpty();
        if (end != null && !(lastBookmark && work && out.isReady())) {
          return Step.END;
        }
        if (out.isReady() && work) {
          return Step.LOOK;
        }
        if (out.isReady() && bookmark >= 0) {
          return Step.BOOKMARK;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private StatusRuntimeException ended() {
    StatusRuntimeException why;
    boolean politely;
    lock.lock();
    try {
      why = Objects.requireNonNull(end);
      politely = lastBookmark;
    } finally {
      lock.unlock();
    }
    if (politely && !sendBookmark() && slot < 0 && told < position) {
      send(WatchFrames.bookmark(position));
    }
    if (why.getStatus().getCode() == Status.Code.OUT_OF_RANGE) {
      metrics.compacted();
    }
    return why;
  }

  /** Looks at one revision and sends what of it concerns this watch. */
  private boolean look() {
    Revision revision = next();
    if (revision == null) {
      return true;
    }
    ByteString frame = frames.frame(revision, revision.number() == position + 1 ? slot : -1);
    position = revision.number();
    slot = -1;
    if (frame == null) {
      return true;
    }
    told = position;
    return send(frame);
  }

  /** The next revision to look at; null if there is none any more. */
  private @Nullable Revision next() {
    boolean walking;
    long after;
    lock.lock();
    try {
      walking = lagging;
      after = lagging ? position : backlog.first() - 1;
      if (!walking) {
        backlog.removeFirst();
      }
    } finally {
      lock.unlock();
    }
    try {
      // A revision that was offered is the first after its predecessor, if it is still there at
      // all.
      return cache.next(after, walking ? this::caughtUp : () -> {});
    } catch (StatusRuntimeException e) {
      metrics.compacted();
      throw e;
    }
  }

  /** Under the cache's lock: from here on every revision is offered. */
  private void caughtUp() {
    lock.lock();
    try {
      lagging = false;
      backlog.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Tells how far the watch has come; false if it has not caught up. */
  private boolean sendBookmark() {
    // The order matters: what is published by now has been offered, so if nothing is waiting all of
    // it has been seen.
    Snapshot published = cache.latest();
    lock.lock();
    try {
      bookmark = -1;
      if (published == null || lagging || !backlog.isEmpty()) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    position = Math.max(position, published.revision());
    slot = -1;
    told = position;
    send(WatchFrames.bookmark(position));
    return true;
  }
}
