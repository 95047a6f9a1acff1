package dev.capstan.e2e.sim.scenario;

import java.util.SplittableRandom;

/**
 * What a scenario has more of than others: some bugs need the same thing several times in a row.
 */
enum Theme {
  /** A little of everything. */
  ANYTHING,
  /** One user deletes a pod and makes it anew, small or large, on nodes that are nearly full. */
  PODS,
  /**
   * Machines are taken out and set up anew. What nobody manages would be lost with them, so nobody
   * has such pods.
   */
  MACHINES,
  /** Users change their minds about a deployment while its pods still come and go. */
  HASTE;

  static Theme any(SplittableRandom random) {
    int kind = random.nextInt(100);
    if (kind < 46) {
      return ANYTHING;
    }
    if (kind < 66) {
      return HASTE;
    }
    return kind < 84 ? PODS : MACHINES;
  }
}
