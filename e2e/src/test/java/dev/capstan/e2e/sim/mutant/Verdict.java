package dev.capstan.e2e.sim.mutant;

/** What became of a mutant. */
sealed interface Verdict {

  /**
   * The simulation found it.
   *
   * @param invariant that was broken, e.g. "I3"
   * @param seed that broke it
   * @param count how many seeds had been run by then, it included
   */
  record Killed(String invariant, long seed, long count) implements Verdict {}

  /** All seeds passed. */
  record Survived() implements Verdict {}

  /**
   * The simulation itself did not work, so nothing is known.
   *
   * @param how in its own words
   */
  record Broken(String how) implements Verdict {}
}
