package dev.capstan.controller.deployment;

import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ReplicaSet;
import java.time.Duration;
import java.util.Map;

/** What a Deployment wants done. */
public sealed interface DeploymentAction {

  /** Take a ReplicaSet nobody manages. */
  record Adopt(ReplicaSet set) implements DeploymentAction {}

  /** Let go a ReplicaSet that is not selected any more. */
  record Release(ReplicaSet set) implements DeploymentAction {}

  /** Make the ReplicaSet of the current template. */
  record CreateSet(ReplicaSet set) implements DeploymentAction {}

  /**
   * Change a ReplicaSet's size, and with it what it notes about the Deployment.
   *
   * @param annotations those that change
   */
  record Scale(ReplicaSet set, int to, Map<String, String> annotations)
      implements DeploymentAction {}

  /**
   * Bring the current ReplicaSet up to date in what does not concern its size.
   *
   * @param annotations those that change
   */
  record Annotate(ReplicaSet set, Map<String, String> annotations, int minReadySeconds)
      implements DeploymentAction {}

  /** Delete an old ReplicaSet beyond the history's limit. */
  record DeleteSet(ReplicaSet set) implements DeploymentAction {}

  /** Note the current revision on the Deployment. */
  record SetRevision(String revision) implements DeploymentAction {}

  /** Store the status. */
  record SetStatus(DeploymentStatus status) implements DeploymentAction {}

  /** Look again after this time: a pod becomes available, or a deadline passes, by waiting. */
  record LookAgain(Duration after) implements DeploymentAction {}
}
