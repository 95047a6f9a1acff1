package dev.capstan.e2e.sim.check;

import dev.capstan.api.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one revision did to one object.
 *
 * @param before null if it is new
 * @param after null if it is gone
 * @param unread the value before could not be read; {@code before} is what it was
 */
record Edit(Kind kind, String key, @Nullable Held before, @Nullable Held after, boolean unread) {

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

  /** Somebody put back what could not be read: the same as before, at another version. */
  boolean isMend() {
    return unread && before != null && after != null && before.bytes().equals(after.bytes());
  }

  boolean is(String name) {
    return kind.name().equals(name);
  }

  /** E.g. "Pod default/web-1 (uid …) is removed". */
  @Override
  public String toString() {
    String what = isCreation() ? "is created" : isRemoval() ? "is removed" : "is changed";
    return any() + " (uid " + any().uid() + ") " + what;
  }
}
