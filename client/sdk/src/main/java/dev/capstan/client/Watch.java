package dev.capstan.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open watch on one kind, read frame by frame. It breaks when the connection does: long-running
 * programs use {@link dev.capstan.client.cache.InformerSet}, which resumes.
 */
public final class Watch<T extends Message> implements AutoCloseable {

  /** What happened to an object. */
  public enum Type {
    ADDED,
    MODIFIED,
    /** Gone, or no longer selected; carries the last state. */
    DELETED
  }

  /** Something happened to {@code object}. */
  public record Event<T extends Message>(Type type, T object) {}

  /**
   * One whole revision, a part of the initial state, or a bookmark.
   *
   * @param resourceVersion everything up to this version has been delivered; empty on initial
   *     frames but the last
   * @param initial the events are current objects rather than changes
   */
  public record Frame<T extends Message>(
      String resourceVersion, List<Event<T>> events, boolean bookmark, boolean initial) {}

  private final ObjectType<T> type;
  private final ServerStream<WatchFrame> stream;

  Watch(ObjectType<T> type, ServerStream<WatchFrame> stream) {
    this.type = type;
    this.stream = stream;
  }

  /**
   * Blocks for the next frame; null if the server ended the stream.
   *
   * @throws ApiException.Compacted if the version to start from is too old: list again
   * @throws ApiException.Unavailable if the stream broke
   */
  public @Nullable Frame<T> next() throws InterruptedException {
    WatchFrame frame = stream.next();
    return frame == null ? null : decode(frame);
  }

  /**
   * As {@link #next()}, but Unavailable with code DEADLINE_EXCEEDED after {@code patience} without
   * a frame.
   */
  public @Nullable Frame<T> next(Duration patience) throws InterruptedException {
    WatchFrame frame = stream.next(patience);
    return frame == null ? null : decode(frame);
  }

  /**
   * As {@link #next(Duration)} where the server must not end the stream.
   *
   * @throws ApiException.Unavailable if it does
   */
  public Frame<T> require(Duration patience) throws InterruptedException {
    return decode(stream.require(patience));
  }

  private Frame<T> decode(WatchFrame frame) {
    List<Event<T>> events = new ArrayList<>(frame.getEventsCount());
    for (WatchEvent event : frame.getEventsList()) {
      events.add(new Event<>(type(event.getType()), object(event)));
    }
    return new Frame<>(
        frame.getResourceVersion(), List.copyOf(events), frame.getBookmark(), frame.getInitial());
  }

  private static Type type(String name) {
    for (Type known : Type.values()) {
      if (known.name().equals(name)) {
        return known;
      }
    }
    throw new ApiException.Internal(
        Status.Code.INTERNAL, "the server sent an event of no known type: " + name, false, null);
  }

  private T object(WatchEvent event) {
    try {
      return type.parser().parseFrom(event.getObject());
    } catch (InvalidProtocolBufferException e) {
      throw new ApiException.Internal(
          Status.Code.INTERNAL, "the server sent what is not a " + type, false, e);
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
