package dev.capstan.ctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static Deployment.Builder web(int wanted, int updated) {
    Deployment.Builder deployment = Deployment.newBuilder();
    deployment.getMetadataBuilder().setName("web").setGeneration(2);
    deployment.getSpecBuilder().setReplicas(wanted);
    deployment
        .getStatusBuilder()
        .setObservedGeneration(2)
        .setReplicas(updated)
        .setUpdatedReplicas(updated)
        .setAvailableReplicas(updated);
    return deployment;
  }

  private static Condition.Builder condition(String type, String status, String reason) {
    return Condition.newBuilder()
        .setType(type)
        .setStatus(status)
        .setReason(reason)
        .setMessage("the server says no");
  }

  @Test
  void whatIsWaitedForIsSaid() {
    assertThat(Progress.of(web(3, 1).build()))
        .isEqualTo(
            new Progress(
                "Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have"
                    + " been updated...",
                Progress.State.RUNNING));
  }

  @Test
  void aRefusalIsSaidInstead() {
    Progress refused =
        new Progress(
            "Waiting for deployment \"web\" rollout to finish: the server says no",
            Progress.State.RUNNING);
    Deployment.Builder noSet = web(3, 0);
    noSet
        .getStatusBuilder()
        .setObservedGeneration(1) // As after an update that could not be carried out.
        .addConditions(condition("Progressing", "False", "ReplicaSetCreateError"));
    assertThat(Progress.of(noSet.build())).isEqualTo(refused);
    Deployment.Builder noPods = web(3, 0);
    noPods.getStatusBuilder().addConditions(condition("ReplicaFailure", "True", "FailedCreate"));
    assertThat(Progress.of(noPods.build())).isEqualTo(refused);
  }

  @Test
  void whatIsDoneIsDone() {
    Deployment.Builder done = web(3, 3);
    done.getStatusBuilder().addConditions(condition("ReplicaFailure", "True", "FailedDelete"));
    assertThat(Progress.of(done.build()).state()).isEqualTo(Progress.State.DONE);
  }
}
