package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** All events of one revision of the store, in order, and the frames made of them so far. */
public final class Revision {

  /**
   * Most distinct frames kept; watchers that see yet another part of the revision make their own.
   */
  private static final int MAX_FRAMES = 64;

  private final long number;
  private final List<CacheEvent> events;
  private final long cost;
  private final Map<String, ByteString> frames = new ConcurrentHashMap<>();

  Revision(long number, List<CacheEvent> events) {
    this.number = number;
    this.events = List.copyOf(events);
    this.cost = 200L + events.stream().mapToLong(CacheEvent::cost).sum();
  }

  /** The store's revision. */
  public long number() {
    return number;
  }

  /** Ordered by slot. */
  public List<CacheEvent> events() {
    return events;
  }

  /** What it takes in memory, roughly, in bytes. */
  long cost() {
    return cost;
  }

  /**
   * The frame of this part of the revision: made by the first watcher that sees it, shared by the
   * others.
   */
  public ByteString frame(String part, Supplier<ByteString> make) {
    ByteString frame = frames.get(part);
    if (frame == null) {
      frame = make.get();
      ByteString first = frames.size() < MAX_FRAMES ? frames.putIfAbsent(part, frame) : null;
      frame = first == null ? frame : first;
    }
    return frame;
  }
}
