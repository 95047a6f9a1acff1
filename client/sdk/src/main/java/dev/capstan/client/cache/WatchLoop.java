package dev.capstan.client.cache;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Backoff;
import dev.capstan.client.ObjectType;
import dev.capstan.client.ServerStream;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** List, watch, resume, list again: straight-line code on one thread. */
final class WatchLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WatchLoop.class);

  private final Api api;
  private final Seam seam;
  private final ResourceWatchRequest what;
  private final Store store;
  private final Bookmarks bookmarks;
  private final Duration staleAfter;
  private volatile @Nullable Thread thread;

  /** The next watch starts with the current objects rather than after the last version seen. */
  private boolean listAnew = true;

  /** Attempts since the last frame. */
  private int failures;

  WatchLoop(
      Api api, ResourceWatchRequest what, Store store, Bookmarks bookmarks, Duration staleAfter) {
    this.api = api;
    this.seam = api.connection().seam();
    this.what = what;
    this.store = store;
    this.bookmarks = bookmarks;
    this.staleAfter = staleAfter;
  }

  Duration staleAfter() {
    return staleAfter;
  }

  void start() {
    thread = seam.threads().start("informers", this::run);
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        follow();
      }
    } catch (InterruptedException e) {
      log.debug("informers closed");
    }
  }

  /** Lists if need be, then watches until the stream breaks; then waits a little. */
  private void follow() throws InterruptedException {
    String id = seam.newUid();
    String why;
    try (ServerStream<WatchFrame> stream = api.watchAll(request(id))) {
      bookmarks.watching(id);
      if (listAnew) {
        list(stream);
      }
      why = watch(stream);
    } catch (ApiException.Compacted e) {
      listAnew = true;
      why = e.message();
    } catch (ApiException e) {
      why = e.message();
    } catch (Unreadable e) {
      listAnew = true;
      why = String.valueOf(e.getMessage());
    } finally {
      bookmarks.watching("");
    }
    pause(why);
  }

  private ResourceWatchRequest request(String id) {
    String from = listAnew ? "" : store.snapshot().version();
    return what.toBuilder().setResourceVersion(from).setWatchId(id).build();
  }

  /** Collects the initial frames and puts them in the place of everything at once. */
  private void list(ServerStream<WatchFrame> stream) throws InterruptedException {
    List<Decoded<?>> objects = new ArrayList<>();
    WatchFrame frame;
    do {
      frame = stream.require(staleAfter);
      store.heard();
      frame.getEventsList().forEach(e -> decode(e, objects));
    } while (frame.getResourceVersion().isEmpty());
    store.replace(frame.getResourceVersion(), objects);
    listAnew = false;
    recovered();
  }

  /** Answers why it ended. */
  private String watch(ServerStream<WatchFrame> stream) throws InterruptedException {
    while (true) {
      WatchFrame frame = stream.next(staleAfter);
      if (frame == null) {
        return "the server ended the watch";
      }
      recovered();
      if (isNews(frame)) {
        List<Decoded<?>> events = new ArrayList<>();
        frame.getEventsList().forEach(e -> decode(e, events));
        store.apply(frame.getResourceVersion(), events);
      } else {
        store.heard();
      }
    }
  }

  /** A frame at or below what was seen tells nothing new, e.g. a bookmark in a quiet period. */
  private boolean isNews(WatchFrame frame) {
    return ResourceVersions.compare(frame.getResourceVersion(), store.snapshot().version()) > 0;
  }

  private void decode(WatchEvent event, List<Decoded<?>> into) {
    KindCache<?> cache = store.snapshot().kinds().get(event.getKind());
    if (cache != null) {
      into.add(decode(cache.type(), event));
    }
  }

  private static <T extends Message> Decoded<T> decode(ObjectType<T> type, WatchEvent event) {
    try {
      T object = type.parser().parseFrom(event.getObject());
      return new Decoded<>(type, event.getType().equals("DELETED"), object);
    } catch (InvalidProtocolBufferException e) {
      throw new Unreadable("the server sent what is not a " + type);
    }
  }

  private void pause(String why) throws InterruptedException {
    if (failures++ == 0) {
      log.info("watch broke, trying again: {}", why);
    }
    seam.clock().sleep(Backoff.PROMPT.delay(failures - 1, seam.random()));
    api.connection().reconnectNow();
  }

  private void recovered() {
    if (failures > 0) {
      log.info("watching again");
      failures = 0;
    }
  }

  /** The server sent bytes that are not what it says. */
  private static final class Unreadable extends RuntimeException {
    Unreadable(String message) {
      super(message);
    }
  }
}
