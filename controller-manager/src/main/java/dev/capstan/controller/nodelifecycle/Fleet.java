package dev.capstan.controller.nodelifecycle;

/**
 * How the nodes are as a whole.
 *
 * @param nodes how many there are
 * @param silent how many of them are silent for longer than the grace period
 */
public record Fleet(int nodes, int silent) {

  /**
   * True while moving pods would help. If more than half of the nodes are silent, it is more likely
   * that something between them and here has failed than that they all have.
   */
  public boolean maySpareNodes() {
    return silent * 2L <= nodes;
  }
}
