package dev.capstan.ctl.rollout;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import java.util.List;
import java.util.Optional;

/**
 * How far a rollout is, in the words of kubectl's rollout status.
 *
 * @param line the sentence
 * @param state whether it goes on
 */
public record Progress(String line, State state) {

  /** Whether it goes on. */
  public enum State {
    RUNNING,
    DONE,
    FAILED
  }

  /** Reads a deployment; what the server refuses it comes before what is waited for. */
  public static Progress of(Deployment d) {
    Progress progress = counted(d);
    return progress.state() == State.RUNNING
        ? refusal(d.getStatus())
            .map(why -> running(waiting(d.getMetadata().getName()) + why))
            .orElse(progress)
        : progress;
  }

  private static Progress counted(Deployment d) {
    String name = d.getMetadata().getName();
    DeploymentStatus s = d.getStatus();
    if (d.getMetadata().getGeneration() > s.getObservedGeneration()) {
      return running("Waiting for deployment spec update to be observed...");
    }
    boolean late =
        Conditions.find(s.getConditionsList(), WellKnown.CONDITION_PROGRESSING)
            .map(c -> c.getReason().equals("ProgressDeadlineExceeded"))
            .orElse(false);
    if (late) {
      return new Progress(
          "error: deployment \"" + name + "\" exceeded its progress deadline", State.FAILED);
    }
    String waiting = waiting(name);
    int wanted = replicas(d);
    int updated = s.getUpdatedReplicas();
    if (updated < wanted) {
      return running(
          waiting + updated + " out of " + wanted + " new replicas have been updated...");
    }
    if (s.getReplicas() > updated) {
      return running(
          waiting + (s.getReplicas() - updated) + " old replicas are pending termination...");
    }
    if (s.getAvailableReplicas() < updated) {
      return running(
          waiting
              + s.getAvailableReplicas()
              + " of "
              + updated
              + " updated replicas are available...");
    }
    return new Progress("deployment \"" + name + "\" successfully rolled out", State.DONE);
  }

  private static String waiting(String name) {
    return "Waiting for deployment \"" + name + "\" rollout to finish: ";
  }

  /** What the server does not let the rollout do, in its words. */
  private static Optional<String> refusal(DeploymentStatus status) {
    List<Condition> conditions = status.getConditionsList();
    return Conditions.find(conditions, WellKnown.CONDITION_PROGRESSING)
        .filter(c -> c.getStatus().equals(WellKnown.FALSE) && c.getReason().endsWith("Error"))
        .or(() ->
            Conditions.find(conditions, WellKnown.CONDITION_REPLICA_FAILURE)
                .filter(c -> c.getStatus().equals(WellKnown.TRUE)))
        .map(Condition::getMessage);
  }

  private static Progress running(String line) {
    return new Progress(line, State.RUNNING);
  }

  /** The wanted number of replicas. */
  public static int replicas(Deployment d) {
    return d.getSpec().hasReplicas() ? d.getSpec().getReplicas() : 1;
  }
}
