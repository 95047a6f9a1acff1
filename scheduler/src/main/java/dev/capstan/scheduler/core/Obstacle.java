package dev.capstan.scheduler.core;

import java.util.EnumSet;
import java.util.Set;

/**
 * Why a node does not take a pod.
 *
 * @param cause what kind of reason it is; decides which changes could help
 * @param text for people, without a count: "Insufficient cpu"
 */
public record Obstacle(Cause cause, String text) {

  /** What can happen to the cluster that makes room for a waiting pod. */
  public enum Change {
    NODE_ADDED,
    NODE_LABELS,
    NODE_TAINTS,
    NODE_READINESS,
    NODE_CAPACITY,
    POD_REMOVED
  }

  /** Kinds of obstacles. */
  public enum Cause {
    NO_NODES(EnumSet.noneOf(Change.class)),
    CORDONED(EnumSet.of(Change.NODE_TAINTS)),
    NOT_READY(EnumSet.of(Change.NODE_READINESS)),
    SELECTOR(EnumSet.of(Change.NODE_LABELS)),
    TAINT(EnumSet.of(Change.NODE_TAINTS)),
    PORTS(EnumSet.of(Change.POD_REMOVED)),
    RESOURCES(EnumSet.of(Change.POD_REMOVED, Change.NODE_CAPACITY));

    private final EnumSet<Change> helpers;

    Cause(EnumSet<Change> helpers) {
      this.helpers = helpers;
    }

    /** True if the change could remove such an obstacle. A new node can help everybody. */
    boolean helpedBy(Set<Change> changes) {
      return changes.contains(Change.NODE_ADDED) || changes.stream().anyMatch(helpers::contains);
    }
  }
}
