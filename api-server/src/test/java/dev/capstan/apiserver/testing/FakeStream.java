package dev.capstan.apiserver.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.handler.ResponseStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A client's end of a stream of responses, which reads as far as the test lets it. */
public final class FakeStream implements ResponseStream {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<ByteString> messages = new ArrayList<>();
  private int room = Integer.MAX_VALUE;
  private boolean cancelled;
  private @Nullable Runnable wake;

  /** How the call ended: null while it runs. */
  public @Nullable Throwable error;

  /** True once the endpoint has returned or thrown. */
  public boolean over;

  /** Runs a streaming endpoint to its end. */
  public interface Body {
    void run() throws InterruptedException;
  }

  /** What the call's thread runs. */
  public void serve(Body body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      error = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    over = true;
  }

  /** The client has room for so many more messages. */
  public void room(int more) {
    change(() -> room = more);
  }

  /** The client goes away. */
  public void cancel() {
    change(() -> cancelled = true);
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Runnable toWake = wake;
    if (toWake != null) {
      toWake.run();
    }
  }

  /** How the call failed. */
  public Throwable failure() {
    return Objects.requireNonNull(error, "the call has not failed");
  }

  /** All messages so far, the very objects that were sent. */
  public List<ByteString> messages() {
    return List.copyOf(messages);
  }

  /** All messages so far as watch frames. */
  public List<WatchFrame> frames() {
    return messages.stream().map(FakeStream::frame).toList();
  }

  /** All frames so far that are no bookmarks and not initial. */
  public List<WatchFrame> changes() {
    return frames().stream().filter(f -> !f.getBookmark() && !f.getInitial()).toList();
  }

  /** All bookmarks so far. */
  public List<WatchFrame> bookmarks() {
    return frames().stream().filter(WatchFrame::getBookmark).toList();
  }

  /** The newest version the client was told; empty if none. */
  public String version() {
    return frames().stream()
        .map(WatchFrame::getResourceVersion)
        .filter(v -> !v.isEmpty())
        .reduce("", (first, second) -> second);
  }

  /** All events so far. */
  public List<WatchEvent> events() {
    return frames().stream().flatMap(f -> f.getEventsList().stream()).toList();
  }

  private static WatchFrame frame(ByteString bytes) {
    try {
      return WatchFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean isReady() {
    return room > 0;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void send(ByteString message) {
    messages.add(message);
    room--;
  }

  @Override
  public boolean awaitReady() throws InterruptedException {
    lock.lock();
    try {
      while (room <= 0 && !cancelled) {
        changed.await();
      }
      return !cancelled;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onChange(@Nullable Runnable newWake) {
    wake = newWake;
  }
}
