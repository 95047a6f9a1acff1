package dev.capstan.kubelet.pod;

import java.time.Duration;

/**
 * Growing pauses between tries of something that fails.
 *
 * @param first pause after the first failure
 * @param longest pause at most
 */
record Retries(Duration first, Duration longest) {

  /** For an engine or an API that cannot be reached just now. */
  static final Retries SHORT = new Retries(Duration.ofMillis(500), Duration.ofSeconds(10));

  /** For pulls, and for what the engine refuses without a known reason: that of Kubernetes. */
  static final Retries LONG = new Retries(Duration.ofSeconds(10), Duration.ofMinutes(5));

  /** For what is to go, and cannot yet. */
  static final Retries ENDING = new Retries(Duration.ofMillis(500), Duration.ofMinutes(1));

  /** For what waits for somebody: a missing config map, a taken port. */
  static final Retries WAITING = new Retries(Duration.ofSeconds(2), Duration.ofSeconds(20));

  /** The pause after this many failures, at least one. */
  Duration pause(int failures) {
    Duration pause = first.multipliedBy(1L << Math.min(failures - 1, 16));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
