package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What one revision did to one object. Its serialized forms are made at most once each, whoever
 * asks first, and shared by all watchers.
 */
public final class CacheEvent {

  /** What a watcher is told, which depends on what it has selected. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  private final @Nullable CachedObject previous;
  private final @Nullable CachedObject current;
  private final CachedObject any;
  private final String version;
  private final int slot;
  private final AtomicReferenceArray<@Nullable ByteString> forms =
      new AtomicReferenceArray<>(Type.values().length);

  private CacheEvent(
      @Nullable CachedObject previous,
      @Nullable CachedObject current,
      CachedObject any,
      String version,
      int slot) {
    this.previous = previous;
    this.current = current;
    this.any = any;
    this.version = version;
    this.slot = slot;
  }

  static CacheEvent put(@Nullable CachedObject previous, CachedObject current) {
    StoredObject object = current.object();
    return new CacheEvent(previous, current, current, object.resourceVersion(), object.slot());
  }

  static CacheEvent delete(CachedObject previous, String version, int slot) {
    return new CacheEvent(previous, null, previous, version, slot);
  }

  /** The object before, or null if it is new. */
  public @Nullable CachedObject previous() {
    return previous;
  }

  /** The object after, or null if it is gone. */
  public @Nullable CachedObject current() {
    return current;
  }

  /** Either of the two: for what never changes about an object. */
  public CachedObject any() {
    return any;
  }

  /** Place inside the revision; ascending. */
  public int slot() {
    return slot;
  }

  /** The serialized WatchEvent of this type. */
  public ByteString bytes(Type type) {
    ByteString made = forms.get(type.ordinal());
    if (made == null) {
      forms.compareAndSet(type.ordinal(), null, make(type));
      made = forms.get(type.ordinal());
    }
    return Objects.requireNonNull(made);
  }

  private ByteString make(Type type) {
    // DELETED carries the last state the watcher knew with the version of its disappearance,
    // whether the object is gone
    // or only no longer selected.
    ByteString object =
        type == Type.DELETED && previous != null
            ? Stamp.version(previous.object().bytes(), version)
            : any.object().bytes();
    return Frames.event(type, any.object().kind(), object);
  }

  /** What it takes in memory, roughly, in bytes. */
  long cost() {
    return 300L + (previous == null ? 0 : previous.cost()) + (current == null ? 0 : current.cost());
  }
}
