package dev.capstan.controller.replicaset;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Numbers;
import dev.capstan.api.v1.Pod;
import dev.capstan.controller.PodStates;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which surplus pods are deleted, most expendable first. The criteria and their order
 * are those of Kubernetes' ActivePodsWithRanks (pkg/controller/controller_utils.go), with exact
 * times instead of its logarithmic buckets so that the order is the same every time, and with one
 * more: a ready pod that is not yet available goes before one that is. Without it a pod on a shared
 * node could be taken that a rollout counts on.
 */
final class PodRanking {

  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  private PodRanking() {}

  /**
   * The pods in order of deletion; {@code related} are the pods that count for being doubled up.
   */
  static List<Pod> rank(List<Pod> pods, List<Pod> related, int minReadySeconds, Instant now) {
    Map<String, Integer> perNode = new HashMap<>();
    related.forEach(pod -> perNode.merge(pod.getSpec().getNodeName(), 1, Integer::sum));
    return pods.stream().sorted(order(perNode, minReadySeconds, now)).toList();
  }

  private static Comparator<Pod> order(
      Map<String, Integer> perNode, int minReadySeconds, Instant now) {
    return Comparator.<Pod, Boolean>comparing(pod -> !pod.getSpec().getNodeName().isEmpty())
        .thenComparing(PodRanking::phase)
        .thenComparing(PodStates::isReady)
        .thenComparing(pod -> PodStates.isAvailable(pod, minReadySeconds, now))
        .thenComparing(PodRanking::cost)
        .thenComparing(doubledUpFirst(perNode))
        .thenComparing(PodRanking::readyTime, Comparator.reverseOrder())
        .thenComparing(PodStates::restarts, Comparator.reverseOrder())
        .thenComparing(PodRanking::created, Comparator.reverseOrder())
        .thenComparing(pod -> pod.getMetadata().getUid());
  }

  private static Comparator<Pod> doubledUpFirst(Map<String, Integer> perNode) {
    return Comparator.comparing(
        pod -> perNode.getOrDefault(pod.getSpec().getNodeName(), 0), Comparator.reverseOrder());
  }

  private static int phase(Pod pod) {
    return switch (pod.getStatus().getPhase()) {
      case "Running" -> 2;
      case "Unknown" -> 1;
      default -> 0;
    };
  }

  /** A hint by the user: the cheaper goes first. Not a number counts as none. */
  private static int cost(Pod pod) {
    try {
      return Numbers.parseInt(pod.getMetadata().getAnnotationsOrDefault(DELETION_COST, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A pod ready since an unknown time counts as the youngest. */
  private static Instant readyTime(Pod pod) {
    return PodStates.readySince(pod).orElse(Instant.MAX);
  }

  private static Instant created(Pod pod) {
    return pod.getMetadata().hasCreationTimestamp()
        ? ApiTimes.instant(pod.getMetadata().getCreationTimestamp())
        : Instant.MAX;
  }
}
