package dev.capstan.apiserver.watch;

import dev.capstan.api.ApiErrors;
import dev.capstan.apiserver.handler.ResponseStream;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What others have told a watcher, until its turn comes. Of fixed size, whatever is put in.
 *
 * <p>Lock order: the cache's lock, then this one, then the writer's. Nothing here calls the cache.
 */
final class Mailbox {

  /**
   * Ticks without room for a frame after which a client that is still being listed to is given up:
   * a minute.
   */
  private static final int MAX_IDLE_TICKS = 12;

  /**
   * Looks without a frame after which a bookmark is due, so that no silence lasts longer than
   * {@link WatchHub#PERIOD}: nine looks are at most four and a half seconds, and half a second is
   * left for the way to the store.
   */
  private static final int QUIET_LOOKS = 9;

  private final ResponseStream out;
  private final Runnable turn;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private final Backlog backlog = new Backlog();
  // True: the backlog is incomplete (and empty); the watcher walks through the cache's ring
  // instead. So it begins.
  private boolean lagging = true;
  private boolean listing;
  private int quietLooks;
  private boolean bookmarkOrdered;
  private int idleTicks;
  private @Nullable End end;
  private boolean leaving;
  // A turn that is ordered and has not ended, so that there is never a second one. So it begins,
  // for the call's thread comes first, and so it ends.
  private boolean due = true;
  private boolean over;
  private @Nullable Throwable failure;

  /**
   * How the watch is to end.
   *
   * @param politely after sending what is ready and a last bookmark
   */
  record End(StatusRuntimeException why, boolean politely) {}

  /** What the watcher is to do next. */
  enum Step {
    LOOK,
    BOOKMARK,
    END,
    LEAVE
  }

  /**
   * @param turn orders a turn of the watcher, in which it asks {@link #next} what to do; must not
   *     block
   */
  Mailbox(ResponseStream out, Runnable turn) {
    this.out = out;
    this.turn = turn;
  }

  /** Runs under the lock and sees to it that the watcher looks. */
  private void tell(Runnable news) {
    lock.lock();
    try {
      news.run();
      changed.signal();
      order();
    } finally {
      lock.unlock();
    }
  }

  private void order() {
    if (!due) {
      due = true;
      turn.run();
    }
  }

  /** Something about the stream may have changed. */
  void wake() {
    tell(() -> {});
  }

  void offer(long revision) {
    tell(() -> {
      if (!lagging && !backlog.add(revision)) {
        lagging = true;
        backlog.clear();
      }
    });
  }

  /** From here on every revision is offered; under the cache's lock, so that none slips between. */
  void caughtUp() {
    tell(() -> {
      lagging = false;
      backlog.clear();
    });
  }

  void orderBookmark() {
    tell(() -> bookmarkOrdered = true);
  }

  /** Looks, {@link WatchHub#LOOK} after {@link WatchHub#LOOK}: true if a bookmark is due. */
  boolean isQuiet() {
    lock.lock();
    try {
      return ++quietLooks >= QUIET_LOOKS;
    } finally {
      lock.unlock();
    }
  }

  /** Orders a bookmark unless something was sent meanwhile: a sign of life as good. */
  void heartbeat() {
    tell(() -> {
      bookmarkOrdered |= quietLooks >= QUIET_LOOKS;
      quietLooks = 0;
    });
  }

  /** The first of several ends counts. */
  void end(StatusRuntimeException why, boolean politely) {
    tell(() -> end = end == null ? new End(why, politely) : end);
  }

  /**
   * Looks, once a period, whether the client can still be served.
   *
   * @return the oldest revision it still needs although it does not read; Long.MAX_VALUE if there
   *     is none
   */
  long tick() {
    boolean waiting = !out.isReady();
    boolean tooSlow;
    long needed;
    lock.lock();
    try {
      idleTicks = waiting ? idleTicks + 1 : 0;
      tooSlow = listing && idleTicks >= MAX_IDLE_TICKS;
      needed = waiting && !backlog.isEmpty() ? backlog.first() : Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
    if (tooSlow) {
      end(ApiErrors.exhausted("TooSlow", "the client has not read for a minute"), false);
    }
    return needed;
  }

  // What the watcher calls, on the call's thread while it lists and then in its turns.

  void setListing(boolean value) {
    tell(() -> listing = value);
  }

  void sent() {
    tell(() -> quietLooks = 0);
  }

  /** The client goes on with an earlier watch, and hears at the next look that it may. */
  void resumed() {
    tell(() -> quietLooks = QUIET_LOOKS);
  }

  /**
   * Blocks until there is room for a frame; false if the client has gone. Throws how the watch is
   * to end.
   */
  boolean awaitRoom() throws InterruptedException {
    lock.lock();
    try {
      while (end == null && !out.isReady() && !out.isCancelled()) {
        changed.await();
      }
      if (end != null) {
        throw end.why();
      }
      return !out.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has the watcher take its turns, and blocks until one was the last.
   *
   * @return why it was; null if the client has gone
   */
  @Nullable Throwable awaitEnd() throws InterruptedException {
    turn.run();
    lock.lock();
    try {
      while (!over) {
        finished.await();
      }
      return failure;
    } catch (InterruptedException e) {
      leaving = true;
      order();
      while (!over) {
        finished.awaitUninterruptibly(); // Nobody may write to a stream that has been left.
      }
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** What the watcher is to do next; null, and its turn is over, if there is nothing. */
  @Nullable Step next() {
    lock.lock();
    try {
      Step step = step();
      due = step != null;
      return step;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Step step() {
    boolean ready = out.isReady();
    boolean behind = behind();
    if (leaving || out.isCancelled()) {
      return Step.LEAVE;
    }
    if (end != null && !(end.politely() && behind && ready)) {
      return Step.END;
    }
    if (ready && (behind || bookmarkOrdered)) {
      return behind ? Step.LOOK : Step.BOOKMARK;
    }
    return null;
  }

  /** The turn that calls this was the last. */
  void finish(@Nullable Throwable why) {
    lock.lock();
    try {
      over = true;
      failure = why;
      finished.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean behind() {
    return lagging || !backlog.isEmpty();
  }

  /** Fulfils the order of a bookmark, if all that was offered has been looked at. */
  boolean takeBookmark() {
    lock.lock();
    try {
      boolean due = !behind();
      bookmarkOrdered &= !due;
      return due;
    } finally {
      lock.unlock();
    }
  }

  /** The next offered revision; -1 if the watcher has to walk. */
  long take() {
    lock.lock();
    try {
      if (lagging) {
        return -1;
      }
      long first = backlog.first();
      backlog.removeFirst();
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** How the watch is to end, once {@link #next} has said so. */
  End ended() {
    lock.lock();
    try {
      return Objects.requireNonNull(end);
    } finally {
      lock.unlock();
    }
  }
}
