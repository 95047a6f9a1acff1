package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object appeared, changed or vanished. By the time it is told the snapshot has it.
 *
 * <p>Before and after are the same object, by its uid. One that was replaced by another of its name
 * vanishes first, then the other appears, although the snapshot has the other all the time.
 *
 * @param before null if it appeared
 * @param after null if it vanished
 */
public record Change<T extends Message>(ObjectKey key, @Nullable T before, @Nullable T after) {

  /** True if the object is gone (or no longer selected). */
  public boolean gone() {
    return after == null;
  }

  /** The newest state known. */
  public T object() {
    return after != null ? after : Objects.requireNonNull(before);
  }
}
