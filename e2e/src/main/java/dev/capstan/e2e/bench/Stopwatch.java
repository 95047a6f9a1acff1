package dev.capstan.e2e.bench;

import dev.capstan.seam.Clock;

/** Monotonic time since it was started. */
final class Stopwatch {

  private final Clock clock;
  private final long start;

  private Stopwatch(Clock clock) {
    this.clock = clock;
    this.start = clock.nanoTime();
  }

  static Stopwatch started(Clock clock) {
    return new Stopwatch(clock);
  }

  /** The moment it was started, on the clock's {@code nanoTime}. */
  long startNanos() {
    return start;
  }

  /** Seconds until now. */
  double seconds() {
    return secondsAt(clock.nanoTime());
  }

  /** Seconds until a moment of the clock's {@code nanoTime}. */
  double secondsAt(long nanos) {
    return (nanos - start) / 1e9;
  }
}
