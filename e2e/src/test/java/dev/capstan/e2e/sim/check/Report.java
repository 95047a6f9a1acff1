package dev.capstan.e2e.sim.check;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes down the first broken invariant. */
final class Report {

  private final Consumer<InvariantBroken> listener;
  private @Nullable InvariantBroken first;
  private long revision;
  private long nanos;

  Report(Consumer<InvariantBroken> listener) {
    this.listener = listener;
  }

  void at(long revision) {
    this.revision = revision;
  }

  void time(long nanos) {
    this.nanos = Math.max(this.nanos, nanos);
  }

  /** The newest time anybody has told. */
  long nanos() {
    return nanos;
  }

  void broken(String id, String what) {
    if (first == null) {
      first = new InvariantBroken(id, what, revision, nanos);
      listener.accept(first);
    }
  }

  @Nullable InvariantBroken first() {
    return first;
  }
}
