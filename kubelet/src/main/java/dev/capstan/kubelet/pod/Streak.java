package dev.capstan.kubelet.pod;

import dev.capstan.seam.Clock;
import java.time.Duration;

/** Failures of one thing in a row, and the pause that each earns. Not thread-safe. */
final class Streak {

  private final Retries retries;
  private final Clock clock;
  private int failures;
  private long nextTry;

  Streak(Retries retries, Clock clock) {
    this.retries = retries;
    this.clock = clock;
  }

  /**
   * One more failure. What failed before and then went well for longer than twice the longest pause
   * is forgotten.
   *
   * @return how long to wait before the next try
   */
  Duration next() {
    long now = clock.nanoTime();
    if (failures > 0 && now - nextTry > retries.longest().multipliedBy(2).toNanos()) {
      failures = 0;
    }
    failures++;
    Duration pause = retries.pause(failures);
    nextTry = now + pause.toNanos();
    return pause;
  }

  /** It went well. */
  void end() {
    failures = 0;
  }

  /** How many in a row. */
  int failures() {
    return failures;
  }
}
