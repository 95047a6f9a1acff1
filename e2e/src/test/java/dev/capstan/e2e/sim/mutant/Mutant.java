package dev.capstan.e2e.sim.mutant;

import java.util.List;

/**
 * A bug as data.
 *
 * @param name of its file, without the ending
 * @param title what is wrong, in one line
 * @param asked who asked for it
 * @param expect the invariant that is expected to find it, e.g. "I3"
 * @param breaks what a user would see
 * @param why why somebody writes this
 * @param otherTests "survives", or the tests beside the simulation that notice it; empty while
 *     unknown
 * @param edits at least one
 */
record Mutant(
    String name,
    String title,
    String asked,
    String expect,
    String breaks,
    String why,
    String otherTests,
    List<Edit> edits) {

  /**
   * Whole lines of a source that are replaced.
   *
   * @param at where it is written, as file:line
   * @param source path from the root of the repository
   * @param find lines that the source has exactly once, one after the other
   * @param replace what stands there instead; may be nothing
   */
  record Edit(String at, String source, List<String> find, List<String> replace) {}
}
