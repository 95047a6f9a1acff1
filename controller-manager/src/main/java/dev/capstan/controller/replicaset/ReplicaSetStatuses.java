package dev.capstan.controller.replicaset;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetStatus;
import dev.capstan.controller.PodStates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a ReplicaSet. */
public final class ReplicaSetStatuses {

  /**
   * Why pods could not be made or deleted.
   *
   * @param reason FailedCreate or FailedDelete
   * @param message the server's words
   */
  public record Failure(String reason, String message) {}

  private ReplicaSetStatuses() {}

  /** The new status, if it differs from the one stored. */
  public static Optional<ReplicaSetStatus> decide(
      ReplicaSetWorld world, Optional<Failure> failure, Instant now) {
    ReplicaSet set = world.set();
    ReplicaSetStatus status = counted(set, world.claims().kept(), now);
    status =
        status.toBuilder()
            .addAllConditions(conditions(set.getStatus().getConditionsList(), failure, now))
            .build();
    return status.equals(set.getStatus()) ? Optional.empty() : Optional.of(status);
  }

  private static ReplicaSetStatus counted(ReplicaSet set, List<Pod> replicas, Instant now) {
    LabelSelectors.Match match =
        LabelSelectors.compile(set.getSpec().getTemplate().getMetadata().getLabelsMap());
    int minReady = set.getSpec().getMinReadySeconds();
    int labelled = 0;
    int ready = 0;
    int available = 0;
    for (Pod pod : replicas) {
      labelled += match.test(pod.getMetadata().getLabelsMap()) ? 1 : 0;
      boolean isReady = PodStates.isReady(pod);
      ready += isReady ? 1 : 0;
      available += isReady && PodStates.isAvailable(pod, minReady, now) ? 1 : 0;
    }
    return ReplicaSetStatus.newBuilder()
        .setReplicas(replicas.size())
        .setFullyLabeledReplicas(labelled)
        .setReadyReplicas(ready)
        .setAvailableReplicas(available)
        .setObservedGeneration(set.getMetadata().getGeneration())
        .build();
  }

  /** ReplicaFailure stays as it first was until it is over, as in Kubernetes. */
  private static List<Condition> conditions(
      List<Condition> old, Optional<Failure> failure, Instant now) {
    if (failure.isEmpty()) {
      return old.stream()
          .filter(condition -> !condition.getType().equals(WellKnown.CONDITION_REPLICA_FAILURE))
          .toList();
    }
    if (Conditions.isTrue(old, WellKnown.CONDITION_REPLICA_FAILURE)) {
      return old;
    }
    return Conditions.with(
        old,
        WellKnown.CONDITION_REPLICA_FAILURE,
        WellKnown.TRUE,
        failure.get().reason(),
        failure.get().message(),
        ApiTimes.seconds(now));
  }
}
