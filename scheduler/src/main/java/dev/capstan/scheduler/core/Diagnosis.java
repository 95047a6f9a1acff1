package dev.capstan.scheduler.core;

import dev.capstan.scheduler.core.Obstacle.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Why no node takes a pod.
 *
 * @param message for people: "0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had
 *     untolerated taint {a: b}."
 * @param causes what stood in the way on at least one node
 */
public record Diagnosis(String message, Set<Cause> causes) {

  /** Collects the obstacles of all nodes. */
  static Diagnosis of(int nodes, List<Obstacle> obstacles) {
    if (nodes == 0) {
      return new Diagnosis("no nodes available to schedule pods", EnumSet.of(Cause.NO_NODES));
    }
    EnumSet<Cause> causes = EnumSet.noneOf(Cause.class);
    Map<String, Integer> counts = new TreeMap<>();
    for (Obstacle obstacle : obstacles) {
      causes.add(obstacle.cause());
      counts.merge(obstacle.text(), 1, Integer::sum);
    }
    List<Map.Entry<String, Integer>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    List<String> parts = sorted.stream().map(e -> e.getValue() + " " + e.getKey()).toList();
    String message = "0/" + nodes + " nodes are available: " + String.join(", ", parts) + ".";
    return new Diagnosis(message, causes);
  }

  /** True if one of the changes could remove an obstacle. */
  boolean helpedBy(Set<Obstacle.Change> changes) {
    return causes.stream().anyMatch(cause -> cause.helpedBy(changes));
  }
}
