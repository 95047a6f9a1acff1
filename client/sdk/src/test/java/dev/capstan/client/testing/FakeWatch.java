package dev.capstan.client.testing;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One watch stream: a thread of its own that follows the store's history. */
final class FakeWatch {

  private final FakeStore store;
  private final List<FakeSelector> selectors;
  private final String from;
  private final ServerCallStreamObserver<byte[]> out;
  private boolean bookmarkOrdered;
  private boolean silent;
  private @Nullable RuntimeException end;

  FakeWatch(
      FakeStore store,
      List<FakeSelector> selectors,
      String from,
      ServerCallStreamObserver<byte[]> out) {
    this.store = store;
    this.selectors = selectors;
    this.from = from;
    this.out = out;
    out.setOnCancelHandler(() -> end(new IllegalStateException("cancelled")));
  }

  void orderBookmark() {
    signalled(() -> bookmarkOrdered = true);
  }

  /** Sends nothing any more though the stream stays open. */
  void silence() {
    signalled(() -> silent = true);
  }

  void end(RuntimeException why) {
    signalled(() -> end = why);
  }

  private void signalled(Runnable change) {
    store.lock.lock();
    try {
      change.run();
      store.changed.signalAll();
    } finally {
      store.lock.unlock();
    }
  }

  /** Until the stream ends. */
  void run(Consumer<FakeWatch> ended) {
    try {
      long seen = start();
      while (true) {
        seen = follow(seen);
      }
    } catch (InterruptedException e) {
      out.onError(ApiErrors.unavailable("the server stops"));
    } catch (RuntimeException e) {
      if (!out.isCancelled()) {
        out.onError(e);
      }
    } finally {
      ended.accept(this);
    }
  }

  /** Answers the revision to follow from. */
  private long start() {
    store.lock.lock();
    try {
      if (from.isEmpty()) {
        sendInitial();
        return store.revision();
      }
      long revision = ResourceVersions.revision(from);
      if (revision < store.compactedRevision() || revision > store.revision()) {
        throw ApiErrors.compacted(
            ResourceVersions.whole(store.compactedRevision()),
            ResourceVersions.whole(store.revision()));
      }
      return revision;
    } finally {
      store.lock.unlock();
    }
  }

  private void sendInitial() {
    WatchFrame.Builder frame = WatchFrame.newBuilder().setInitial(true);
    for (FakeSelector selector : selectors) {
      for (Message object : store.list(selector.kind())) {
        if (selector.matches(selector.kind(), object)) {
          frame.addEvents(event("ADDED", selector, object));
          if (frame.getEventsCount() == 3) { // Several frames, so that tests see them put together.
            send(frame.build());
            frame.clearEvents();
          }
        }
      }
    }
    send(frame.setResourceVersion(ResourceVersions.whole(store.revision())).build());
  }

  private long follow(long seen) throws InterruptedException {
    store.lock.lock();
    try {
      while (silent || (store.revision() == seen && !bookmarkOrdered)) {
        if (end != null) {
          throw end;
        }
        store.changed.await();
      }
      if (end != null) {
        throw end;
      }
      for (FakeStore.Entry entry : store.since(seen)) {
        List<WatchEvent> events = events(entry);
        if (!events.isEmpty()) {
          send(frame(entry.revision()).addAllEvents(events).build());
        }
      }
      if (bookmarkOrdered) {
        bookmarkOrdered = false;
        send(frame(store.revision()).setBookmark(true).build());
      }
      return store.revision();
    } finally {
      store.lock.unlock();
    }
  }

  private static WatchFrame.Builder frame(long revision) {
    return WatchFrame.newBuilder().setResourceVersion(ResourceVersions.whole(revision));
  }

  private List<WatchEvent> events(FakeStore.Entry entry) {
    List<WatchEvent> events = new ArrayList<>();
    for (FakeSelector selector : selectors) {
      boolean before = selector.matches(entry.kind(), entry.before());
      boolean after = selector.matches(entry.kind(), entry.after());
      if (after && entry.after() != null) {
        events.add(event(before ? "MODIFIED" : "ADDED", selector, entry.after()));
      } else if (before) {
        Message last = entry.after() == null ? entry.before() : entry.after();
        events.add(event("DELETED", selector, java.util.Objects.requireNonNull(last)));
      }
    }
    return events;
  }

  private static WatchEvent event(String type, FakeSelector selector, Message object) {
    return WatchEvent.newBuilder()
        .setType(type)
        .setKind(selector.kind().name())
        .setObject(object.toByteString())
        .build();
  }

  private void send(WatchFrame frame) {
    if (!out.isCancelled()) {
      out.onNext(frame.toByteArray());
    }
  }
}
