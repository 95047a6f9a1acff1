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
  HASTE,
  /**
   * On one or two nodes a user makes pods anew under their names, often before the old are gone.
   */
  ANEW;

  static Theme any(SplittableRandom random) {
    int kind = random.nextInt(100);
    if (kind < 38) {
      return ANYTHING;
    }
    if (kind < 55) {
      return HASTE;
    }
    if (kind < 70) {
      return PODS;
    }
    return kind < 85 ? MACHINES : ANEW;
  }

  /** How many nodes of those that were drawn there are. */
  int nodes(int drawn) {
    return this == ANEW ? 1 + drawn % 2 : drawn;
  }

  /** Whether there is but one user, who fills the nodes with pods of their own. */
  boolean crowded() {
    return this == PODS || this == ANEW;
  }
}
