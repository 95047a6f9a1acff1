package dev.capstan.controller.deployment;

import static dev.capstan.controller.deployment.TestWorld.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.deployment.DeploymentAction.CreateSet;
import dev.capstan.controller.deployment.DeploymentAction.Scale;
import dev.capstan.controller.deployment.DeploymentAction.SetStatus;
import dev.capstan.controller.model.Things;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many pods each ReplicaSet is to have. */
class DeploymentSizesTest {

  @Test
  void theNewSetGrowsAsFarAsThereIsRoom() {
    TestWorld world = web(10, 3, 2).set("hello:0", 1, 10, 10);
    assertThat(world.only(CreateSet.class).orElseThrow().set().getSpec().getReplicas())
        .isEqualTo(3);
  }

  @Test
  void percentagesAreRoundedUpForSurgeAndDownForUnavailable() {
    TestWorld world =
        web(7, 0, 0)
            .with(each ->
                each.getSpecBuilder()
                    .getStrategyBuilder()
                    .getRollingUpdateBuilder()
                    .setMaxSurge(IntOrStrings.of("25%"))
                    .setMaxUnavailable(IntOrStrings.of("25%")));
    assertThat(Bounds.of(world.deployment)).isEqualTo(new Bounds(7, 2, 1));
  }

  @Test
  void whenBothRoundToZeroOneMayBeMissing() {
    TestWorld world =
        web(3, 0, 0)
            .with(each ->
                each.getSpecBuilder()
                    .getStrategyBuilder()
                    .getRollingUpdateBuilder()
                    .setMaxSurge(IntOrStrings.of("0%"))
                    .setMaxUnavailable(IntOrStrings.of("25%")));
    assertThat(Bounds.of(world.deployment)).isEqualTo(new Bounds(3, 0, 1));
  }

  @Test
  void oldPodsThatAreNotAvailableGoFirstWhereverTheyAre() {
    TestWorld world =
        web(10, 3, 2).set("hello:8", 1, 7, 7).set("hello:9", 2, 3, 0).set("hello:1", 3, 3, 0);
    // 13 pods, 3 new ones not available: 2 more than the minimum may go, and 7 available is below
    // it.
    assertThat(world.sizes()).containsExactly("hello:9: 1");
  }

  @Test
  void availableOldPodsGoAsNewOnesComeUp() {
    TestWorld world = web(10, 3, 2).set("hello:9", 1, 8, 8).set("hello:1", 2, 5, 4);
    assertThat(world.sizes()).containsExactly("hello:9: 4");
  }

  @Test
  void growthWaitsUntilSurplusOldPodsAreReallyGone() {
    TestWorld world = web(4, 1, 0).set("hello:9", 1, 4, 4).set("hello:1", 2, 1, 1);
    ReplicaSet.Builder told = world.sets.get(0).toBuilder();
    told.getSpecBuilder().setReplicas(3);
    world.sets.set(0, told.build());
    assertThat(world.sizes()).isEmpty(); // Four old ones still run.
    world.pods.put("hello:9", world.podsOf("hello:9").subList(0, 3));
    assertThat(world.sizes()).containsExactly("hello:1: 2");
  }

  @Test
  void nothingMovesUntilTheLastSizeHasBeenNoted() {
    TestWorld world =
        web(4, 1, 0)
            .set("hello:9", 1, 4, 4, each -> each.getMetadataBuilder().setGeneration(2))
            .set("hello:1", 2, 1, 1);
    assertThat(world.sizes()).isEmpty();
  }

  @Test
  void aSoleReplicaSetGetsTheNewSize() {
    TestWorld world = web(3, 1, 1).set("hello:1", 1, 3, 3);
    world.with(each -> each.getSpecBuilder().setReplicas(10));
    assertThat(world.sizes()).containsExactly("hello:1: 10");
    world.with(each -> each.getSpecBuilder().setReplicas(0));
    assertThat(world.sizes()).containsExactly("hello:1: 0");
  }

  @Test
  void scalingWorksWhilePausedAndNothingElseDoes() {
    TestWorld world =
        web(3, 1, 1).set("hello:9", 1, 3, 3).with(each -> each.getSpecBuilder().setPaused(true));
    assertThat(world.only(CreateSet.class)).isEmpty();
    assertThat(world.sizes()).isEmpty();
    world.with(each -> each.getSpecBuilder().setReplicas(5));
    assertThat(world.sizes()).containsExactly("hello:9: 5");
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("DeploymentPaused");
  }

  @Test
  void aPausedRolloutStandsStillAndGoesOnWhenResumed() {
    TestWorld world =
        web(4, 1, 0)
            .set("hello:9", 1, 4, 4)
            .set("hello:1", 2, 1, 1)
            .with(each -> each.getSpecBuilder().setPaused(true));
    assertThat(world.sizes()).isEmpty();
    for (int i = 0; i < 2; i++) {
      DeploymentStatus paused = world.only(SetStatus.class).orElseThrow().status();
      world.with(each -> each.setStatus(paused));
    }
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("DeploymentPaused");
    world.with(each -> each.getSpecBuilder().setPaused(false));
    assertThat(world.sizes()).containsExactly("hello:9: 3");
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("DeploymentResumed");
  }

  /** The example of Kubernetes' documentation: 10 replicas, 8 and 5 of them, scaled to 15. */
  @Test
  void inTheMiddleOfARolloutEverySetGetsItsShare() {
    TestWorld world = web(10, 3, 2).set("hello:9", 1, 8, 8).set("hello:1", 2, 5, 0);
    world.with(each -> each.getSpecBuilder().setReplicas(15));
    assertThat(world.sizes()).containsExactly("hello:9: 11", "hello:1: 7");
    assertThat(world.all(Scale.class))
        .allMatch(
            scale -> "15".equals(scale.annotations().get(WellKnown.ANNOTATION_DESIRED_REPLICAS)));
  }

  @Test
  void scalingDownInTheMiddleOfARolloutKeepsWhatIsAvailable() {
    TestWorld world = web(10, 3, 2).set("hello:9", 1, 8, 4).set("hello:1", 2, 5, 0);
    world.with(each -> each.getSpecBuilder().setReplicas(5));
    // The share of the old set would be 5 of its 8, and only 4 are available: 3 must stay.
    assertThat(world.sizes()).containsExactly("hello:9: 5", "hello:1: 3");
  }

  private static TestWorld recreate() {
    return web(3, 0, 0)
        .with(each ->
            each.getSpecBuilder().getStrategyBuilder().setType("Recreate").clearRollingUpdate());
  }

  @Test
  void recreateDismissesAllThenWaitsForTheLastOneThenMakesNewOnes() {
    TestWorld world = recreate().set("hello:9", 1, 3, 3);
    assertThat(world.sizes()).containsExactly("hello:9: 0");
    assertThat(world.only(CreateSet.class)).isEmpty();

    ReplicaSet.Builder empty = world.sets.getFirst().toBuilder();
    empty.getSpecBuilder().setReplicas(0);
    world.sets.set(0, empty.build());
    world.pods.put("hello:9", List.of(Things.going(world.podsOf("hello:9").getFirst())));
    assertThat(world.only(CreateSet.class)).isEmpty();

    world.pods.put("hello:9", List.of());
    assertThat(world.only(CreateSet.class).orElseThrow().set().getSpec().getReplicas())
        .isEqualTo(3);
  }

  /** While it is paused nothing is in use, and the newest set would be given all pods. */
  @Test
  void recreateWaitsForTheLastOneAlsoWhenPaused() {
    TestWorld world =
        recreate()
            .set("hello:8", 1, 0, 0)
            .set("hello:9", 2, 0, 0)
            .with(each -> each.getSpecBuilder().setPaused(true));
    Pod last = Things.going(recreate().set("hello:8", 1, 1, 1).podsOf("hello:8").getFirst());
    world.pods.put("hello:8", List.of(last));
    assertThat(world.sizes()).isEmpty();

    world.pods.put("hello:8", List.of());
    assertThat(world.sizes()).containsExactly("hello:9: 3");
  }
}
