package dev.capstan.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full-range jitter: attempt n waits between half and all of {@code first
 * * 2^n}, at most {@code max}. Jitter keeps many clients of one restarted server from coming back
 * in step.
 *
 * @param first ceiling of the first delay
 * @param max ceiling of every delay
 */
public record Backoff(Duration first, Duration max) {

  /** For doing again what needs the server: 100 ms … 5 s. */
  public static final Backoff RECONNECT =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * For streams, and calls that somebody waits for: 100 to 600 ms. A server that is back is found
   * within a second.
   */
  public static final Backoff PROMPT = new Backoff(Duration.ofMillis(100), Duration.ofMillis(600));

  /** For a server that starts at the same time: 20 to 200 ms. */
  static final Backoff FIRST_CONTACT = new Backoff(Duration.ofMillis(20), Duration.ofMillis(200));

  /** For repeated failures of one key: 50 ms … 1 min. */
  public static final Backoff PER_KEY = new Backoff(Duration.ofMillis(50), Duration.ofMinutes(1));

  /**
   * @param failures how often it failed before, from 0
   */
  public Duration delay(int failures, RandomGenerator random) {
    long ceiling = max.toNanos();
    if (failures < 40) {
      ceiling = Math.min(ceiling, first.toNanos() * (1L << Math.min(failures, 20)));
    }
    return Duration.ofNanos(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
  }
}
