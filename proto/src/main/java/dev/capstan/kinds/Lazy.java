package dev.capstan.kinds;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is needed first, such as a builder when there is a change. */
final class Lazy<T> {

  private final Supplier<T> make;
  private @Nullable T made;

  Lazy(Supplier<T> make) {
    this.make = make;
  }

  T get() {
    T known = made;
    if (known == null) {
      known = make.get();
      made = known;
    }
    return known;
  }

  boolean isMade() {
    return made != null;
  }
}
