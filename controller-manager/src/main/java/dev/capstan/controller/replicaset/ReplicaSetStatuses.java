package dev.capstan.controller.replicaset;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetStatus;
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
    ReplicaSetStatus status = counted(world, now);
    status =
        status.toBuilder()
            .addAllConditions(conditions(set.getStatus().getConditionsList(), failure, now))
            .build();
    return status.equals(set.getStatus()) ? Optional.empty() : Optional.of(status);
  }

  private static ReplicaSetStatus counted(ReplicaSetWorld world, Instant now) {
    ReplicaSet set = world.set();
    return ReplicaSetStatus.newBuilder()
        .setReplicas(world.replicas().count())
        .setFullyLabeledReplicas(world.labelled())
        .setReadyReplicas(world.replicas().ready())
        .setAvailableReplicas(world.replicas().available(set.getSpec().getMinReadySeconds(), now))
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
