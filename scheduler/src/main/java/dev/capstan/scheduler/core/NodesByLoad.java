package dev.capstan.scheduler.core;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes, the least loaded first, to find the best one for a pod without rating them all.
 *
 * <p>Two things make that possible. Of what a node is rated by, only how full it is differs much,
 * and no pod makes a node emptier: {@code 2 * FULL - load} is a ceiling of its score for any pod,
 * so the search ends where the ceiling is below the best score found. And nodes that are equally
 * full (a cluster's empty ones, above all) differ only in what can lower the score: the first of
 * them, by name, that nothing lowers is the best of them.
 */
final class NodesByLoad {

  /**
   * How full nodes are.
   *
   * @param load the used share of CPU or memory, of that which is scarcer, in millionths
   */
  private record Fullness(
      long load, long usedCpu, long usedMemory, long cpuMillis, long memoryBytes)
      implements Comparable<Fullness> {

    static Fullness of(NodeState node) {
      return new Fullness(
          Scores.load(node),
          node.scoredCpuMillis(),
          node.scoredMemoryBytes(),
          node.cpuMillis(),
          node.memoryBytes());
    }

    @Override
    public int compareTo(Fullness other) {
      int order = Long.compare(load, other.load);
      order = order != 0 ? order : Long.compare(usedCpu, other.usedCpu);
      order = order != 0 ? order : Long.compare(usedMemory, other.usedMemory);
      order = order != 0 ? order : Long.compare(cpuMillis, other.cpuMillis);
      return order != 0 ? order : Long.compare(memoryBytes, other.memoryBytes);
    }
  }

  /** The best node so far. */
  private static final class Best {
    private @Nullable NodeState node;
    private long score = Long.MIN_VALUE;

    void offer(NodeState other, long itsScore) {
      boolean first = node == null || other.name().compareTo(node.name()) < 0;
      if (itsScore > score || (itsScore == score && first)) {
        node = other;
        score = itsScore;
      }
    }
  }

  private final TreeMap<Fullness, TreeMap<String, NodeState>> groups = new TreeMap<>();

  void add(NodeState node) {
    groups.computeIfAbsent(Fullness.of(node), f -> new TreeMap<>()).put(node.name(), node);
  }

  /** Takes a node out; before it changes. */
  void remove(NodeState node) {
    Fullness fullness = Fullness.of(node);
    TreeMap<String, NodeState> group = groups.get(fullness);
    if (group != null && group.remove(node.name()) != null && group.isEmpty()) {
      groups.remove(fullness);
    }
  }

  /** The feasible node with the highest score, of several the first by name; null if none is. */
  @Nullable NodeState best(PodNeeds needs) {
    Best best = new Best();
    for (Map.Entry<Fullness, TreeMap<String, NodeState>> group : groups.entrySet()) {
      if (2 * Scores.FULL - group.getKey().load() < best.score) {
        break;
      }
      search(needs, group.getValue(), best);
    }
    return best.node;
  }

  private static void search(PodNeeds needs, TreeMap<String, NodeState> group, Best best) {
    long most = Scores.resources(needs, group.firstEntry().getValue());
    if (most < best.score) {
      return;
    }
    for (NodeState node : group.values()) {
      if (PodClass.feasible(needs, node)) {
        long score = Scores.of(needs, node);
        best.offer(node, score);
        if (score == most) {
          return;
        }
      }
    }
  }
}
