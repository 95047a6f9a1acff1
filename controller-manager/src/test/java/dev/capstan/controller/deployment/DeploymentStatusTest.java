package dev.capstan.controller.deployment;

import static dev.capstan.controller.deployment.TestWorld.NOW;
import static dev.capstan.controller.deployment.TestWorld.complete;
import static dev.capstan.controller.deployment.TestWorld.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.controller.deployment.DeploymentAction.LookAgain;
import dev.capstan.controller.deployment.DeploymentAction.SetStatus;
import dev.capstan.controller.model.Things;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a Deployment says of itself. */
class DeploymentStatusTest {

  @Test
  void aCompleteRolloutSaysSo() {
    TestWorld world = complete(10);
    Condition progressing = world.condition(WellKnown.CONDITION_PROGRESSING);
    assertThat(progressing.getStatus()).isEqualTo("True");
    assertThat(progressing.getReason()).isEqualTo("NewReplicaSetAvailable");
    assertThat(progressing.getMessage()).endsWith("\" has successfully progressed.");
    Condition available = world.condition(WellKnown.CONDITION_AVAILABLE);
    assertThat(available.getStatus()).isEqualTo("True");
    assertThat(available.getReason()).isEqualTo("MinimumReplicasAvailable");
    assertThat(available.getMessage()).isEqualTo("Deployment has minimum availability.");
    assertThat(world.decide()).isEmpty();
  }

  @Test
  void podsThatDieLaterMakeItUnavailableButNotFailed() {
    TestWorld world = complete(10);
    world.pods.put("hello:1", world.podsOf("hello:1").subList(0, 1));
    assertThat(world.condition(WellKnown.CONDITION_AVAILABLE).getReason())
        .isEqualTo("MinimumReplicasUnavailable");
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("NewReplicaSetAvailable");
  }

  private static TestWorld stuck(Instant lastProgress) {
    TestWorld world = web(3, 1, 0).set("hello:9", 1, 3, 3).set("hello:1", 2, 1, 0);
    world.with(
        each -> each.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_REVISION, "2"));
    DeploymentStatus status = world.only(SetStatus.class).orElseThrow().status();
    DeploymentStatus.Builder old = status.toBuilder().clearConditions();
    for (Condition each : status.getConditionsList()) {
      Condition.Builder then = each.toBuilder().setLastUpdateTime(ApiTimes.of(lastProgress));
      if (each.getType().equals(WellKnown.CONDITION_PROGRESSING)) {
        then.setReason("ReplicaSetUpdated");
      }
      old.addConditions(then);
    }
    return world.with(each -> each.setStatus(old));
  }

  @Test
  void aRolloutThatStandsStillForTooLongHasFailed() {
    TestWorld world = stuck(NOW.minusSeconds(600));
    Condition progressing = world.condition(WellKnown.CONDITION_PROGRESSING);
    assertThat(progressing.getStatus()).isEqualTo("False");
    assertThat(progressing.getReason()).isEqualTo("ProgressDeadlineExceeded");
    assertThat(progressing.getMessage()).endsWith("\" has timed out progressing.");
  }

  @Test
  void theDeadlineIsLookedAtWhenItPasses() {
    TestWorld world = stuck(NOW.minusSeconds(590));
    assertThat(world.decide()).containsExactly(new LookAgain(Duration.ofSeconds(11)));
  }

  @Test
  void aFailedRolloutThatMovesAgainIsProgressingAgain() {
    TestWorld world = stuck(NOW.minusSeconds(600));
    DeploymentStatus failed = world.only(SetStatus.class).orElseThrow().status();
    world.with(each -> each.setStatus(failed));
    assertThat(world.decide()).isEmpty();
    world.pods.put("hello:1", List.of(Things.ready(world.podsOf("hello:1").getFirst(), NOW)));
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("ReplicaSetUpdated");
  }

  @Test
  void whatAReplicaSetCannotDoIsSaidByTheDeployment() {
    Condition failure =
        Condition.newBuilder()
            .setType(WellKnown.CONDITION_REPLICA_FAILURE)
            .setStatus("True")
            .setReason("FailedCreate")
            .setMessage("quota")
            .build();
    TestWorld world =
        web(3, 1, 1)
            .set("hello:1", 1, 3, 0, each -> each.getStatusBuilder().addConditions(failure));
    assertThat(world.condition(WellKnown.CONDITION_REPLICA_FAILURE)).isEqualTo(failure);
  }

  @Test
  void theStatusCountsPodsOfAllAndOfTheCurrentTemplate() {
    DeploymentStatus status =
        web(4, 2, 1)
            .set("hello:9", 1, 3, 3)
            .set("hello:1", 2, 3, 1)
            .only(SetStatus.class)
            .orElseThrow()
            .status();
    assertThat(status.getReplicas()).isEqualTo(6);
    assertThat(status.getUpdatedReplicas()).isEqualTo(3);
    assertThat(status.getReadyReplicas()).isEqualTo(4);
    assertThat(status.getAvailableReplicas()).isEqualTo(4);
    assertThat(status.getUnavailableReplicas()).isEqualTo(2);
    assertThat(status.getObservedGeneration()).isEqualTo(1);
  }

  @Test
  void aDeploymentThatIsGoingOnlyKeepsItsStatus() {
    TestWorld world =
        web(3, 1, 1)
            .set("hello:9", 1, 3, 3)
            .with(each -> each.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(NOW)));
    assertThat(world.decide())
        .allMatch(action -> action instanceof SetStatus || action instanceof LookAgain);
  }
}
