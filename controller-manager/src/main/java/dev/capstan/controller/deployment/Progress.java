package dev.capstan.controller.deployment;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The condition Progressing: whether the rollout moves, is done, or has stood still for longer than
 * progressDeadlineSeconds. Reasons and messages are Kubernetes' (deployment/progress.go).
 */
final class Progress {

  static final String AVAILABLE = "NewReplicaSetAvailable";
  static final String UPDATED = "ReplicaSetUpdated";
  static final String TIMED_OUT = "ProgressDeadlineExceeded";
  static final String PAUSED = "DeploymentPaused";
  static final String RESUMED = "DeploymentResumed";
  private static final String NOT_CREATED = "ReplicaSetCreateError";
  private static final String NOT_UPDATED = "ReplicaSetUpdateError";
  private static final String NOT_DELETED = "ReplicaSetDeleteError";
  private static final String NOT_NOTED = "DeploymentUpdateError";
  private static final List<String> REFUSALS = List.of(NOT_CREATED, NOT_UPDATED, NOT_DELETED);

  /** What the condition is to say, and that it is said now: the time of the last progress. */
  record News(String status, String reason, String message) {
    static News created(String set) {
      return new News(
          WellKnown.TRUE, "NewReplicaSetCreated", "Created new replica set \"" + set + "\"");
    }

    static News found(String set) {
      return new News(
          WellKnown.TRUE, "FoundNewReplicaSet", "Found new replica set \"" + set + "\"");
    }

    /** The server does not allow what the rollout needs. */
    static News refused(DeploymentAction action, String why) {
      return switch (action) {
        case DeploymentAction.CreateSet(ReplicaSet set) ->
            couldNot(NOT_CREATED, "create new", set, why);
        case DeploymentAction.DeleteSet(ReplicaSet set) ->
            couldNot(NOT_DELETED, "delete", set, why);
        case DeploymentAction.Adopt(ReplicaSet set) -> couldNotUpdate(set, why);
        case DeploymentAction.Release(ReplicaSet set) -> couldNotUpdate(set, why);
        case DeploymentAction.Scale scale -> couldNotUpdate(scale.set(), why);
        case DeploymentAction.Annotate annotate -> couldNotUpdate(annotate.set(), why);
        case DeploymentAction.SetRevision ignored -> ownUpdate(why);
        case DeploymentAction.SetStatus ignored -> ownUpdate(why);
        case DeploymentAction.LookAgain ignored ->
            throw new IllegalArgumentException("looking is never refused");
      };
    }

    private static News couldNotUpdate(ReplicaSet set, String why) {
      return couldNot(NOT_UPDATED, "update", set, why);
    }

    private static News couldNot(String reason, String what, ReplicaSet set, String why) {
      String name = set.getMetadata().getName();
      return new News(
          WellKnown.FALSE,
          reason,
          "Failed to %s replica set \"%s\": %s".formatted(what, name, why));
    }

    private static News ownUpdate(String why) {
      return new News(WellKnown.FALSE, NOT_NOTED, "Failed to update: " + why);
    }
  }

  private Progress() {}

  /**
   * The conditions of a Deployment that the server refuses something. Progressing says why; without
   * a deadline there is no such condition, and ReplicaFailure says it. Stays as it is while the
   * refusal does: to note the time of each attempt would be a change, which brings the next.
   */
  static List<Condition> refused(Deployment deployment, News news, Instant now) {
    boolean told = hasDeadline(deployment);
    return Conditions.with(
        deployment.getStatus().getConditionsList(),
        told ? WellKnown.CONDITION_PROGRESSING : WellKnown.CONDITION_REPLICA_FAILURE,
        told ? WellKnown.FALSE : WellKnown.TRUE,
        news.reason(),
        news.message(),
        ApiTimes.seconds(now));
  }

  /**
   * Whether the conditions are the place to say that something was refused. What is said there and
   * taken back by the next turn brings the one after, and so on without a pause. So it is not said
   * of what is only written when the conditions are as they should be, which they then no longer
   * would be; nor if the rollout is done or suspended, as they say that and nothing else.
   */
  static boolean showsRefusal(Deployment deployment, DeploymentAction refused) {
    return !isOwnUpdate(refused)
        && !deployment.getSpec().getPaused()
        && !RolloutStatus.isComplete(deployment, deployment.getStatus());
  }

  private static boolean isOwnUpdate(DeploymentAction action) {
    return action instanceof DeploymentAction.SetStatus
        || action instanceof DeploymentAction.SetRevision;
  }

  /** Whether a condition of this reason was made by {@link #refused}. */
  static boolean isRefusal(String reason) {
    return REFUSALS.contains(reason);
  }

  private static boolean hasDeadline(Deployment deployment) {
    return deployment.getSpec().getProgressDeadlineSeconds() != Integer.MAX_VALUE;
  }

  private static Duration deadline(Deployment deployment) {
    return Duration.ofSeconds(
        deployment.getSpec().hasProgressDeadlineSeconds()
            ? deployment.getSpec().getProgressDeadlineSeconds()
            : 600);
  }

  /** The conditions with Progressing as it should be. */
  static List<Condition> conditions(
      Deployment deployment,
      DeploymentStatus counted,
      List<Condition> conditions,
      Optional<News> news,
      Optional<String> set,
      Instant now) {
    if (!hasDeadline(deployment)) {
      return without(conditions);
    }
    Optional<Condition> current = find(conditions);
    Optional<News> told = current.isPresent() ? news : news.or(() -> set.map(News::found));
    if (told.isPresent()) {
      return put(conditions, told.get(), now);
    }
    String reason = current.map(Condition::getReason).orElse("");
    if (deployment.getSpec().getPaused()) {
      // A rollout that has failed stays failed; anything else is suspended.
      return reason.equals(TIMED_OUT) || reason.equals(PAUSED)
          ? conditions
          : put(conditions, new News(WellKnown.UNKNOWN, PAUSED, "Deployment is paused"), now);
    }
    if (reason.equals(PAUSED)) {
      return put(conditions, new News(WellKnown.UNKNOWN, RESUMED, "Deployment is resumed"), now);
    }
    return moving(deployment, counted, conditions, subject(deployment, set), now);
  }

  private static List<Condition> moving(
      Deployment deployment,
      DeploymentStatus counted,
      List<Condition> conditions,
      String subject,
      Instant now) {
    String reason = find(conditions).map(Condition::getReason).orElse("");
    if (reason.equals(AVAILABLE) && counted.getReplicas() == counted.getUpdatedReplicas()) {
      return conditions; // Done is done: pods that die later are no failure of the rollout.
    }
    if (RolloutStatus.isComplete(deployment, counted)) {
      String message = subject + " has successfully progressed.";
      return put(conditions, new News(WellKnown.TRUE, AVAILABLE, message), now);
    }
    if (hasMoved(deployment.getStatus(), counted)) {
      String message = subject + " is progressing.";
      return put(conditions, new News(WellKnown.TRUE, UPDATED, message), now);
    }
    if (!reason.equals(TIMED_OUT)
        && untilDeadline(deployment, conditions, now).filter(Duration::isZero).isPresent()) {
      String message = subject + " has timed out progressing.";
      return put(conditions, new News(WellKnown.FALSE, TIMED_OUT, message), now);
    }
    return conditions;
  }

  static boolean hasMoved(DeploymentStatus before, DeploymentStatus after) {
    return after.getUpdatedReplicas() > before.getUpdatedReplicas()
        || old(after) < old(before)
        || after.getReadyReplicas() > before.getReadyReplicas()
        || after.getAvailableReplicas() > before.getAvailableReplicas();
  }

  private static int old(DeploymentStatus status) {
    return status.getReplicas() - status.getUpdatedReplicas();
  }

  /**
   * Time left until the rollout counts as failed, zero when it has passed; empty if no clock runs.
   */
  static Optional<Duration> untilDeadline(
      Deployment deployment, List<Condition> conditions, Instant now) {
    if (!hasDeadline(deployment) || deployment.getSpec().getPaused()) {
      return Optional.empty();
    }
    return find(conditions)
        .filter(c -> !c.getReason().equals(AVAILABLE) && !c.getReason().equals(TIMED_OUT))
        .map(c -> ApiTimes.instant(c.getLastUpdateTime()).plus(deadline(deployment)))
        .map(end -> Duration.between(now, end))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }

  private static String subject(Deployment deployment, Optional<String> set) {
    return set.map(name -> "ReplicaSet \"" + name + "\"")
        .orElse("Deployment \"" + deployment.getMetadata().getName() + "\"");
  }

  private static Optional<Condition> find(List<Condition> conditions) {
    return Conditions.find(conditions, WellKnown.CONDITION_PROGRESSING);
  }

  private static List<Condition> without(List<Condition> conditions) {
    return conditions.stream()
        .filter(each -> !each.getType().equals(WellKnown.CONDITION_PROGRESSING))
        .toList();
  }

  /**
   * Unlike {@link Conditions#with} it notes the time even if nothing else changes: it is the
   * progress.
   */
  static List<Condition> put(List<Condition> conditions, News news, Instant now) {
    Optional<Condition> before =
        find(conditions).filter(each -> each.getStatus().equals(news.status()));
    Condition fresh =
        Condition.newBuilder()
            .setType(WellKnown.CONDITION_PROGRESSING)
            .setStatus(news.status())
            .setReason(news.reason())
            .setMessage(news.message())
            .setLastUpdateTime(ApiTimes.seconds(now))
            .setLastTransitionTime(
                before.map(Condition::getLastTransitionTime).orElse(ApiTimes.seconds(now)))
            .build();
    List<Condition> result = new ArrayList<>(without(conditions));
    result.add(fresh);
    return List.copyOf(result);
  }
}
