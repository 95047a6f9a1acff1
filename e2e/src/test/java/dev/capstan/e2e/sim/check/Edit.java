package dev.capstan.e2e.sim.check;

import dev.capstan.api.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one revision did to one object.
 *
 * @param before null if it is new
 * @param after null if it is gone
 */
record Edit(Kind kind, String key, @Nullable Held before, @Nullable Held after) {

  /** Either of the two. */
  Held any() {
    return Objects.requireNonNull(after != null ? after : before);
  }

  boolean isCreation() {
    return before == null;
  }

  boolean isRemoval() {
    return after == null;
  }
}
