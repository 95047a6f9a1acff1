package dev.capstan.scheduler.core;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * All pods with the same needs: the feasible nodes ranked once, then kept up to date from the
 * cluster's change log, so that placing a thousand equal pods costs about one scheduling and a
 * thousand small corrections.
 */
final class PodClass {

  /** A rating; worthless once the node's version has moved on. */
  private record Candidate(long score, NodeState node, long version)
      implements Comparable<Candidate> {

    /** Best score first; among equals the first by name, as a naive scheduler would pick. */
    @Override
    public int compareTo(Candidate other) {
      int order = Long.compare(other.score, score);
      return order != 0 ? order : node.name().compareTo(other.node.name());
    }
  }

  private final PodNeeds needs;
  private final Cluster cluster;
  private final PriorityQueue<Candidate> ranked = new PriorityQueue<>();
  private boolean asked;
  private long membership = -1;
  private long seen;
  private @Nullable Diagnosis diagnosis;

  PodClass(PodNeeds needs, Cluster cluster) {
    this.needs = needs;
    this.cluster = cluster;
  }

  /**
   * The best node now, or null if none takes such a pod. For the first pod of a class it is
   * searched; nodes are ranked only when there is a second.
   */
  @Nullable NodeState best() {
    if (!asked) {
      asked = true;
      return cluster.best(needs);
    }
    catchUp();
    while (!ranked.isEmpty()) {
      Candidate top = ranked.peek();
      if (top.version() == top.node().version()) {
        return top.node();
      }
      ranked.poll();
    }
    return null;
  }

  /**
   * Why no node takes such a pod; computed once for all pods of the class as long as nothing
   * changes.
   */
  Diagnosis explain() {
    catchUp();
    if (diagnosis == null) {
      List<Obstacle> obstacles = new ArrayList<>();
      cluster.nodes().forEach(node -> obstacles.addAll(obstacles(needs, node)));
      diagnosis = Diagnosis.of(cluster.size(), obstacles);
    }
    return diagnosis;
  }

  /** True if nothing keeps a pod off a node. */
  static boolean feasible(PodNeeds needs, NodeState node) {
    for (Filter filter : Filters.ALL) {
      if (!filter.check(needs, node).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What keeps a pod off a node: the objections of the first filter that has any. */
  static List<Obstacle> obstacles(PodNeeds needs, NodeState node) {
    for (Filter filter : Filters.ALL) {
      List<Obstacle> obstacles = filter.check(needs, node);
      if (!obstacles.isEmpty()) {
        return obstacles;
      }
    }
    return List.of();
  }

  private void catchUp() {
    List<NodeState> changed =
        membership == cluster.membership() ? cluster.changedSince(seen) : null;
    if (changed == null || ranked.size() > 4 * cluster.size() + 64) {
      rebuild();
    } else if (!changed.isEmpty()) {
      changed.forEach(this::rate);
      diagnosis = null;
    }
    seen = cluster.logEnd();
  }

  private void rebuild() {
    ranked.clear();
    cluster.nodes().forEach(this::rate);
    membership = cluster.membership();
    diagnosis = null;
  }

  private void rate(NodeState node) {
    if (feasible(needs, node)) {
      ranked.add(new Candidate(Scores.of(needs, node), node, node.version()));
    }
  }
}
