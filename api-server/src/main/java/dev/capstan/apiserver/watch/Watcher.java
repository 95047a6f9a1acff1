package dev.capstan.apiserver.watch;

import com.google.protobuf.ByteString;
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
import org.jspecify.annotations.Nullable;

/**
 * One watch stream: its beginning on the virtual thread of its call, the rest in turns on one of
 * the writers' threads, while the call's thread waits for the end.
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
  private static final int INITIAL_FRAME_BYTES = 16 * 1024;

  private final WatchCache cache;
  private final WatchMetrics metrics;
  private final List<Selection> selections;
  private final WatchFrames frames;
  private final ResponseStream out;
  private final Mailbox mailbox;

  // One thread at a time: the call's, then whoever gives turns. Everything up to the position has
  // been sent; of the revision after
  // it, events up to the
  // slot. The client has been told the version of `told`.
  private long position;
  private int slot = -1;
  private long told = -1;

  /**
   * @param writer gives it its turns
   */
  Watcher(
      WatchCache cache,
      WatchMetrics metrics,
      List<Selection> selections,
      WatchWriter writer,
      ResponseStream out) {
    this.cache = cache;
    this.metrics = metrics;
    this.selections = selections;
    this.frames = new WatchFrames(selections);
    this.out = out;
    WatchWriter.Turn turn = this::turn;
    this.mailbox = new Mailbox(out, () -> writer.add(turn));
  }

  @Override
  public void offer(long revision) {
    mailbox.offer(revision);
  }

  @Override
  public void expire() {
    mailbox.end(cache.compacted(), false);
  }

  /** Orders a bookmark. */
  void bookmark() {
    mailbox.orderBookmark();
  }

  /** Looks whether the watch has been quiet for so long that a bookmark is due. */
  boolean isQuiet() {
    return mailbox.isQuiet();
  }

  /** Orders a bookmark if the watch is still quiet. */
  void heartbeat() {
    mailbox.heartbeat();
  }

  /** Ends the watch, after a last bookmark. */
  void shutDown(StatusRuntimeException why) {
    mailbox.end(why, true);
  }

  /** Looks, once a period, whether a client that does not read has lost the thread. */
  void tick() {
    long needed = mailbox.tick();
    if (needed != Long.MAX_VALUE && cache.isForgotten(needed - 1)) {
      mailbox.end(cache.compacted(), false);
    }
  }

  /** Serves the watch until the client leaves or an error ends it. */
  void run(WatchStart start) throws InterruptedException {
    try {
      subscribe(start.revision());
      switch (start) {
        case WatchStart.Initial(Snapshot snapshot) -> list(snapshot);
        case WatchStart.After after -> {
          slot = after.slot();
          mailbox.resumed();
        }
      }
      serve();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.OUT_OF_RANGE) {
        metrics.compacted();
      }
      throw e;
    } finally {
      out.onChange(null);
      cache.unsubscribe(this);
    }
  }

  private void subscribe(long after) {
    List<Interest> interests = selections.stream().map(Selection::interest).toList();
    position = after;
    cache.subscribe(this, interests, after);
    out.onChange(mailbox::wake);
  }

  private void list(Snapshot snapshot) throws InterruptedException {
    mailbox.setListing(true);
    List<ByteString> events = new ArrayList<>();
    int bytes = 0;
    for (Selection selection : selections) {
      for (CachedObject object : selection.candidates(snapshot)) {
        if (!selection.test(object)) {
          continue;
        }
        ByteString event = Frames.added(object.object());
        if (bytes > 0 && bytes + event.size() > INITIAL_FRAME_BYTES) {
          sendInitial(events, false);
          events.clear();
          bytes = 0;
        }
        events.add(event);
        bytes += event.size();
      }
    }
    sendInitial(events, true);
    told = position;
    mailbox.setListing(false);
  }

  private void sendInitial(List<ByteString> events, boolean last) throws InterruptedException {
    // If the client has gone there is nobody to send to; the first step after the list finds out
    // and leaves.
    if (mailbox.awaitRoom()) {
      send(WatchFrames.initial(events, position, last));
    }
  }

  private void send(ByteString frame) {
    out.send(frame);
    metrics.frame(frame.size());
  }

  private void serve() throws InterruptedException {
    switch (mailbox.awaitEnd()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /** Does one thing; false if there is nothing left to do for now. */
  private boolean turn() {
    try {
      return step();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      mailbox.finish(e);
      return false;
    }
  }

  private boolean step() {
    switch (mailbox.next()) {
      case null -> {
        return false;
      }
      case LOOK -> look();
      case BOOKMARK -> sendBookmark();
      case END -> throw finish(mailbox.ended());
      case LEAVE -> {
        mailbox.finish(null);
        return false;
      }
    }
    return mailbox.next() != null;
  }

  private StatusRuntimeException finish(Mailbox.End end) {
    if (end.politely() && !sendBookmark() && slot < 0 && told < position) {
      send(WatchFrames.bookmark(position));
    }
    return end.why();
  }

  /** Looks at one revision and sends what of it concerns this watch. */
  private void look() {
    Revision revision = next();
    if (revision == null) {
      return;
    }
    ByteString frame = frames.frame(revision, revision.number() == position + 1 ? slot : -1);
    position = revision.number();
    slot = -1;
    if (frame != null) {
      send(frame);
      mailbox.sent();
      told = position;
    }
  }

  /** The next revision to look at; null if there is none any more. */
  private @Nullable Revision next() {
    long offered = mailbox.take();
    return offered < 0
        ? cache.next(position, mailbox::caughtUp)
        // The first after its predecessor is the offered revision itself, if it is still there at
        // all.
        : cache.next(offered - 1, () -> {});
  }

  /** Tells how far the watch has come; false if it has not caught up. */
  private boolean sendBookmark() {
    // The order matters: what is published by now has been offered, so if nothing is waiting all of
    // it has been seen.
    Snapshot published = cache.latest();
    if (!mailbox.takeBookmark() || published == null) {
      return false;
    }
    position = Math.max(position, published.revision());
    slot = -1;
    told = position;
    send(WatchFrames.bookmark(position));
    return true;
  }
}
