package dev.capstan.controller;

import dev.capstan.client.control.LeaderElection;
import dev.capstan.controller.nodelifecycle.NodeTiming;

/**
 * What can be set.
 *
 * @param identity name among the candidates for leadership, unique
 * @param election periods of the election
 * @param nodes periods of the node lifecycle
 * @param workers keys each controller works on at once
 */
public record ControllerOptions(
    String identity, LeaderElection.Timing election, NodeTiming nodes, int workers) {

  /** The periods of production. */
  public static ControllerOptions of(String identity) {
    return new ControllerOptions(identity, LeaderElection.Timing.DEFAULT, NodeTiming.DEFAULT, 8);
  }
}
