package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Taint;
import java.util.List;

/**
 * Rates a node for a pod; higher is better. Scores are integers that depend on the pod's needs and
 * on this node alone, so that after a placement only the node that changed is rated again.
 */
final class Scores {

  /** The best score of one scorer. */
  static final long FULL = 1_000_000;

  /**
   * What each further pod of the same owner on the node costs: after four, nothing outweighs it.
   */
  private static final long SPREAD_COST = FULL / 2;

  /**
   * What an untolerated PreferNoSchedule taint costs: more than emptiness and balance can make up
   * for.
   */
  private static final long TAINT_COST = 3 * FULL;

  /** One reason to prefer a node. */
  interface Scorer {
    long score(PodNeeds needs, NodeState node);
  }

  /** What depends on how full the node is. */
  private static final List<Scorer> RESOURCES = List.of(Scores::leastAllocated, Scores::balanced);

  /** What can only lower the score. */
  private static final List<Scorer> OTHERS = List.of(Scores::spread, Scores::softTaints);

  private Scores() {}

  /** The sum of all scorers. */
  static long of(PodNeeds needs, NodeState node) {
    return resources(needs, node) + sum(OTHERS, needs, node);
  }

  /**
   * The part that depends on how full the node is: no score of an equally full node is higher.
   *
   * <p>For the shares of CPU and memory used after placement it comes to {@code 2 * FULL - max(cpu,
   * memory)}, so it is never above {@code 2 * FULL - load(node)}.
   */
  static long resources(PodNeeds needs, NodeState node) {
    return sum(RESOURCES, needs, node);
  }

  private static long sum(List<Scorer> scorers, PodNeeds needs, NodeState node) {
    long sum = 0;
    for (Scorer scorer : scorers) {
      sum += scorer.score(needs, node);
    }
    return sum;
  }

  /** The share of the node that is used, of CPU or memory, whichever is more; in millionths. */
  static long load(NodeState node) {
    return Math.max(
        share(node.scoredCpuMillis(), node.cpuMillis()),
        share(node.scoredMemoryBytes(), node.memoryBytes()));
  }

  /**
   * Emptier nodes first: the free share after placement, CPU and memory counted alike
   * (kube-scheduler's LeastAllocated).
   */
  private static long leastAllocated(PodNeeds needs, NodeState node) {
    long cpu = FULL - cpuShare(needs, node);
    long memory = FULL - memoryShare(needs, node);
    return (cpu + memory) / 2;
  }

  /**
   * Nodes whose CPU and memory fill up evenly (kube-scheduler's BalancedAllocation for two
   * resources).
   */
  private static long balanced(PodNeeds needs, NodeState node) {
    return FULL - Math.abs(cpuShare(needs, node) - memoryShare(needs, node)) / 2;
  }

  /** Nodes with fewer pods of the same owner. */
  private static long spread(PodNeeds needs, NodeState node) {
    return needs.owner().isEmpty() ? 0 : -SPREAD_COST * node.podsOf(needs.owner());
  }

  /** Nodes without PreferNoSchedule taints that the pod does not tolerate. */
  private static long softTaints(PodNeeds needs, NodeState node) {
    long cost = 0;
    for (Taint taint : node.taints()) {
      if (taint.getEffect().equals("PreferNoSchedule") && !Filters.tolerated(needs, taint)) {
        cost += TAINT_COST;
      }
    }
    return -cost;
  }

  private static long cpuShare(PodNeeds needs, NodeState node) {
    return share(node.scoredCpuMillis() + needs.scoredCpuMillis(), node.cpuMillis());
  }

  private static long memoryShare(PodNeeds needs, NodeState node) {
    return share(node.scoredMemoryBytes() + needs.scoredMemoryBytes(), node.memoryBytes());
  }

  /** The used share in millionths, at most {@link #FULL}. */
  private static long share(long used, long capacity) {
    return used >= capacity ? FULL : (long) ((double) used / capacity * FULL);
  }
}
