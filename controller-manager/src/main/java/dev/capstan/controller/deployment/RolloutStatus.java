package dev.capstan.controller.deployment;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The status of a Deployment: counts and conditions, with Kubernetes' reasons and messages. */
final class RolloutStatus {

  private RolloutStatus() {}

  /**
   * The status as it should be.
   *
   * @param news what happened to the current ReplicaSet in this very step, if anything
   */
  static DeploymentStatus of(Rollout rollout, Optional<Progress.News> news, Instant now) {
    Deployment deployment = rollout.deployment();
    DeploymentStatus counted = counted(rollout);
    List<Condition> conditions = available(rollout, counted, now);
    Optional<String> current = rollout.current().map(OwnedSet::name);
    conditions = Progress.conditions(deployment, counted, conditions, news, current, now);
    boolean goesOn =
        news.isPresent()
            || isComplete(deployment, counted)
            || Progress.hasMoved(deployment.getStatus(), counted);
    return counted.toBuilder()
        .addAllConditions(replicaFailure(rollout, conditions, goesOn))
        .build();
  }

  private static DeploymentStatus counted(Rollout rollout) {
    Deployment deployment = rollout.deployment();
    List<OwnedSet> all = rollout.all();
    int available = all.stream().mapToInt(OwnedSet::available).sum();
    DeploymentStatus.Builder status =
        DeploymentStatus.newBuilder()
            .setObservedGeneration(deployment.getMetadata().getGeneration())
            .setReplicas(all.stream().mapToInt(OwnedSet::active).sum())
            .setUpdatedReplicas(rollout.current().map(OwnedSet::active).orElse(0))
            .setReadyReplicas(all.stream().mapToInt(OwnedSet::ready).sum())
            .setAvailableReplicas(available)
            .setUnavailableReplicas(Math.max(0, rollout.wanted() - available));
    if (deployment.getStatus().hasCollisionCount()) {
      status.setCollisionCount(deployment.getStatus().getCollisionCount());
    }
    return status.build();
  }

  private static List<Condition> available(Rollout rollout, DeploymentStatus counted, Instant now) {
    boolean enough = counted.getAvailableReplicas() >= rollout.bounds().minAvailable();
    return Conditions.with(
        rollout.deployment().getStatus().getConditionsList(),
        WellKnown.CONDITION_AVAILABLE,
        enough ? WellKnown.TRUE : WellKnown.FALSE,
        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        enough
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        ApiTimes.seconds(now));
  }

  /**
   * Repeats what a ReplicaSet says, the current one first; else what was refused to the Deployment
   * itself, until it goes on.
   */
  private static List<Condition> replicaFailure(
      Rollout rollout, List<Condition> conditions, boolean goesOn) {
    Optional<Condition> refused =
        Conditions.find(conditions, WellKnown.CONDITION_REPLICA_FAILURE)
            .filter(each -> !goesOn && Progress.isRefusal(each.getReason()));
    List<Condition> result = new ArrayList<>(conditions);
    result.removeIf(each -> each.getType().equals(WellKnown.CONDITION_REPLICA_FAILURE));
    rollout
        .current()
        .flatMap(RolloutStatus::failure)
        .or(() -> rollout.old().stream().flatMap(set -> failure(set).stream()).findFirst())
        .or(() -> refused)
        .ifPresent(result::add);
    return List.copyOf(result);
  }

  private static Optional<Condition> failure(OwnedSet set) {
    return Conditions.find(
        set.set().getStatus().getConditionsList(), WellKnown.CONDITION_REPLICA_FAILURE);
  }

  /** Every wanted pod is of the current template and available, and no other is left. */
  static boolean isComplete(Deployment deployment, DeploymentStatus status) {
    int replicas = deployment.getSpec().hasReplicas() ? deployment.getSpec().getReplicas() : 1;
    return status.getUpdatedReplicas() == replicas
        && status.getReplicas() == replicas
        && status.getAvailableReplicas() == replicas
        && status.getObservedGeneration() >= deployment.getMetadata().getGeneration();
  }
}
