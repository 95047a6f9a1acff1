package dev.capstan.seam.sim;

import java.time.Duration;

/**
 * When a simulation counts as stuck.
 *
 * @param steps pieces of work between two waits of some thread
 * @param time simulated
 */
public record Limits(long steps, Duration time) {

  /** Ten million steps, a week. */
  public static final Limits DEFAULT = new Limits(10_000_000, Duration.ofDays(7));
}
