package dev.capstan.controller.deployment;

import static dev.capstan.controller.model.Things.START;
import static dev.capstan.controller.model.Things.deployment;
import static dev.capstan.controller.model.Things.withImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.deployment.DeploymentAction.Adopt;
import dev.capstan.controller.deployment.DeploymentAction.Annotate;
import dev.capstan.controller.deployment.DeploymentAction.CreateSet;
import dev.capstan.controller.deployment.DeploymentAction.DeleteSet;
import dev.capstan.controller.deployment.DeploymentAction.LookAgain;
import dev.capstan.controller.deployment.DeploymentAction.Scale;
import dev.capstan.controller.deployment.DeploymentAction.SetRevision;
import dev.capstan.controller.deployment.DeploymentAction.SetStatus;
import dev.capstan.controller.model.Things;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeploymentDecisionTest {

  private static final Instant NOW = START.plusSeconds(1000);

  /** A world under construction. */
  private static final class World {
    private Deployment deployment;
    private final List<ReplicaSet> sets = new ArrayList<>();
    private final Map<String, List<Pod>> pods = new LinkedHashMap<>();

    World(Deployment deployment) {
      this.deployment = deployment;
    }

    World with(Consumer<Deployment.Builder> change) {
      Deployment.Builder fresh = deployment.toBuilder();
      change.accept(fresh);
      deployment = fresh.build();
      return this;
    }

    /**
     * A ReplicaSet of this image with so many pods wanted, of which so many available, rest
     * unready.
     */
    World set(String image, long revision, int wanted, int available) {
      return set(image, revision, wanted, available, each -> {});
    }

    World set(
        String image,
        long revision,
        int wanted,
        int available,
        Consumer<ReplicaSet.Builder> change) {
      Deployment then = withImage(deployment, image);
      DeploymentWorld alone = new DeploymentWorld(then, List.of(), Map.of(), false);
      ReplicaSet.Builder set =
          DeploymentDecision.decide(alone, NOW).stream()
              .filter(CreateSet.class::isInstance)
              .map(action -> ((CreateSet) action).set().toBuilder())
              .findFirst()
              .orElseThrow();
      set.getSpecBuilder().setReplicas(wanted);
      set.getMetadataBuilder()
          .setUid(image)
          .setGeneration(1)
          .setCreationTimestamp(ApiTimes.of(START.plusSeconds(revision)))
          .putAnnotations(WellKnown.ANNOTATION_REVISION, Long.toString(revision));
      set.getStatusBuilder().setObservedGeneration(1).setReplicas(wanted);
      change.accept(set);
      sets.add(set.build());
      List<Pod> ofSet = new ArrayList<>();
      for (int i = 0; i < wanted; i++) {
        Pod pod = Things.pod(set.build(), image + "-" + i);
        ofSet.add(i < available ? Things.ready(pod, START) : pod);
      }
      pods.put(image, ofSet);
      return this;
    }

    List<Pod> podsOf(String image) {
      return pods.getOrDefault(image, List.of());
    }

    List<DeploymentAction> decide() {
      return DeploymentDecision.decide(new DeploymentWorld(deployment, sets, pods, false), NOW);
    }

    <A extends DeploymentAction> Optional<A> only(Class<A> type) {
      List<A> found = all(type);
      assertThat(found).hasSizeLessThan(2);
      return found.stream().findFirst();
    }

    <A extends DeploymentAction> List<A> all(Class<A> type) {
      return decide().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** "image: size" of every change of size. */
    List<String> sizes() {
      return all(Scale.class).stream()
          .filter(scale -> scale.to() != scale.set().getSpec().getReplicas())
          .map(scale -> scale.set().getMetadata().getUid() + ": " + scale.to())
          .toList();
    }

    Condition condition(String type) {
      DeploymentStatus status =
          only(SetStatus.class).map(SetStatus::status).orElse(deployment.getStatus());
      return Conditions.find(status.getConditionsList(), type).orElseThrow();
    }
  }

  private static World web(int replicas, int surge, int unavailable) {
    return new World(deployment(replicas, surge, unavailable));
  }

  @Test
  void theFirstReplicaSetIsNamedAfterTheTemplateAndHasEverything() {
    World world =
        web(3, 1, 1)
            .with(each ->
                each.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_CHANGE_CAUSE, "why"));
    ReplicaSet set = world.only(CreateSet.class).orElseThrow().set();
    String hash = set.getSpec().getSelector().getMatchLabelsOrThrow("pod-template-hash");
    assertThat(set.getMetadata().getName()).isEqualTo("web-" + hash);
    assertThat(set.getSpec().getReplicas()).isEqualTo(3);
    assertThat(set.getSpec().getTemplate().getMetadata().getLabelsMap())
        .containsOnly(Map.entry("app", "web"), Map.entry("pod-template-hash", hash));
    assertThat(set.getMetadata().getAnnotationsMap())
        .containsOnly(
            Map.entry(WellKnown.ANNOTATION_CHANGE_CAUSE, "why"),
            Map.entry(WellKnown.ANNOTATION_REVISION, "1"),
            Map.entry(WellKnown.ANNOTATION_DESIRED_REPLICAS, "3"),
            Map.entry(WellKnown.ANNOTATION_MAX_REPLICAS, "4"));
    assertThat(world.only(SetRevision.class)).contains(new SetRevision("1"));
    Condition progressing = world.condition(WellKnown.CONDITION_PROGRESSING);
    assertThat(progressing.getReason()).isEqualTo("NewReplicaSetCreated");
    assertThat(progressing.getMessage())
        .isEqualTo("Created new replica set \"" + set.getMetadata().getName() + "\"");
  }

  /** A changed value would give every running Deployment a new ReplicaSet at an upgrade. */
  @Test
  void theHashOfATemplateNeverChanges() {
    assertThat(TemplateHash.of(Things.template("hello:1"), 0)).isEqualTo("75hmdc6zk9");
    assertThat(TemplateHash.of(Things.template("hello:1"), 1)).isNotEqualTo("75hmdc6zk9");
    assertThat(TemplateHash.of(Things.template("hello:2"), 0)).isNotEqualTo("75hmdc6zk9");
  }

  @Test
  void aNameTakenByAStrangerCountsAsACollision() {
    World world = web(3, 1, 1);
    ReplicaSet ours = world.only(CreateSet.class).orElseThrow().set();
    ReplicaSet.Builder stranger = Things.replicaSet(ours.getMetadata().getName(), 1).toBuilder();
    stranger.getMetadataBuilder().putLabels("app", "another");
    world.sets.add(stranger.build());
    assertThat(world.decide()).hasSize(1);
    DeploymentStatus status = world.only(SetStatus.class).orElseThrow().status();
    assertThat(status.getCollisionCount()).isEqualTo(1);
    world.with(each -> each.setStatus(status));
    assertThat(world.only(CreateSet.class).orElseThrow().set().getMetadata().getName())
        .isNotEqualTo(ours.getMetadata().getName());
  }

  @Test
  void anOrphanWithTheTemplateIsAdoptedAndNotDuplicated() {
    World world = web(3, 1, 1);
    ReplicaSet.Builder orphan = world.only(CreateSet.class).orElseThrow().set().toBuilder();
    orphan.getMetadataBuilder().clearOwnerReferences();
    world.sets.add(orphan.build());
    assertThat(world.decide()).containsExactly(new Adopt(orphan.build()));
  }

  @Test
  void theNewSetGrowsAsFarAsThereIsRoom() {
    World world = web(10, 3, 2).set("hello:0", 1, 10, 10);
    assertThat(world.only(CreateSet.class).orElseThrow().set().getSpec().getReplicas())
        .isEqualTo(3);
  }

  @Test
  void percentagesAreRoundedUpForSurgeAndDownForUnavailable() {
    World world =
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
    World world =
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
    World world =
        web(10, 3, 2).set("hello:8", 1, 7, 7).set("hello:9", 2, 3, 0).set("hello:1", 3, 3, 0);
    // 13 pods, 3 new ones not available: 2 more than the minimum may go, and 7 available is below
    // it.
    assertThat(world.sizes()).containsExactly("hello:9: 1");
  }

  @Test
  void availableOldPodsGoAsNewOnesComeUp() {
    World world = web(10, 3, 2).set("hello:9", 1, 8, 8).set("hello:1", 2, 5, 4);
    assertThat(world.sizes()).containsExactly("hello:9: 4");
  }

  @Test
  void growthWaitsUntilSurplusOldPodsAreReallyGone() {
    World world = web(4, 1, 0).set("hello:9", 1, 4, 4).set("hello:1", 2, 1, 1);
    ReplicaSet.Builder told = world.sets.get(0).toBuilder();
    told.getSpecBuilder().setReplicas(3);
    world.sets.set(0, told.build());
    assertThat(world.sizes()).isEmpty(); // Four old ones still run.
    world.pods.put("hello:9", world.podsOf("hello:9").subList(0, 3));
    assertThat(world.sizes()).containsExactly("hello:1: 2");
  }

  @Test
  void nothingMovesUntilTheLastSizeHasBeenNoted() {
    World world =
        web(4, 1, 0)
            .set("hello:9", 1, 4, 4, each -> each.getMetadataBuilder().setGeneration(2))
            .set("hello:1", 2, 1, 1);
    assertThat(world.sizes()).isEmpty();
  }

  @Test
  void aSoleReplicaSetGetsTheNewSize() {
    World world = web(3, 1, 1).set("hello:1", 1, 3, 3);
    world.with(each -> each.getSpecBuilder().setReplicas(10));
    assertThat(world.sizes()).containsExactly("hello:1: 10");
    world.with(each -> each.getSpecBuilder().setReplicas(0));
    assertThat(world.sizes()).containsExactly("hello:1: 0");
  }

  @Test
  void scalingWorksWhilePausedAndNothingElseDoes() {
    World world =
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
    World world =
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
    World world = web(10, 3, 2).set("hello:9", 1, 8, 8).set("hello:1", 2, 5, 0);
    world.with(each -> each.getSpecBuilder().setReplicas(15));
    assertThat(world.sizes()).containsExactly("hello:9: 11", "hello:1: 7");
    assertThat(world.all(Scale.class))
        .allMatch(
            scale -> "15".equals(scale.annotations().get(WellKnown.ANNOTATION_DESIRED_REPLICAS)));
  }

  @Test
  void scalingDownInTheMiddleOfARolloutKeepsWhatIsAvailable() {
    World world = web(10, 3, 2).set("hello:9", 1, 8, 4).set("hello:1", 2, 5, 0);
    world.with(each -> each.getSpecBuilder().setReplicas(5));
    // The share of the old set would be 5 of its 8, and only 4 are available: 3 must stay.
    assertThat(world.sizes()).containsExactly("hello:9: 5", "hello:1: 3");
  }

  private static World recreate() {
    return web(3, 0, 0)
        .with(each ->
            each.getSpecBuilder().getStrategyBuilder().setType("Recreate").clearRollingUpdate());
  }

  @Test
  void recreateDismissesAllThenWaitsForTheLastOneThenMakesNewOnes() {
    World world = recreate().set("hello:9", 1, 3, 3);
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

  @Test
  void anOldTemplateThatComesBackGetsANewRevisionAndKeepsItsHistory() {
    World world = web(3, 1, 1).set("hello:1", 1, 0, 0).set("hello:9", 2, 3, 3);
    Annotate annotate = world.only(Annotate.class).orElseThrow();
    assertThat(annotate.set().getMetadata().getUid()).isEqualTo("hello:1");
    assertThat(annotate.annotations())
        .containsOnly(
            Map.entry(WellKnown.ANNOTATION_REVISION, "3"),
            Map.entry(WellKnown.ANNOTATION_REVISION_HISTORY, "1"));
    assertThat(world.only(SetRevision.class)).contains(new SetRevision("3"));
    assertThat(world.only(CreateSet.class)).isEmpty();
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("FoundNewReplicaSet");
  }

  /** A rollout that is complete, its status and notes stored. */
  private static World complete(int limit) {
    World world =
        web(3, 1, 1)
            .with(each -> each.getSpecBuilder().setRevisionHistoryLimit(limit))
            .set("hello:7", 1, 0, 0)
            .set("hello:8", 2, 0, 0)
            .set("hello:9", 3, 0, 0)
            .set("hello:1", 4, 3, 3);
    world.with(
        each -> each.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_REVISION, "4"));
    for (int i = 0; i < 2; i++) {
      world
          .only(SetStatus.class)
          .ifPresent(action -> world.with(each -> each.setStatus(action.status())));
    }
    return world;
  }

  @Test
  void theOldestRevisionsBeyondTheLimitAreForgotten() {
    assertThat(complete(1).all(DeleteSet.class))
        .extracting(action -> action.set().getMetadata().getUid())
        .containsExactly("hello:7", "hello:8");
    assertThat(complete(3).decide()).isEmpty();
    assertThat(complete(0).all(DeleteSet.class)).hasSize(3);
  }

  @Test
  void noRevisionIsForgottenWhileItHasPods() {
    World world = complete(0);
    world.pods.put("hello:7", List.of(Things.going(world.podsOf("hello:1").getFirst())));
    assertThat(world.all(DeleteSet.class))
        .extracting(action -> action.set().getMetadata().getUid())
        .containsExactly("hello:8", "hello:9");
  }

  @Test
  void aCompleteRolloutSaysSo() {
    World world = complete(10);
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
    World world = complete(10);
    world.pods.put("hello:1", world.podsOf("hello:1").subList(0, 1));
    assertThat(world.condition(WellKnown.CONDITION_AVAILABLE).getReason())
        .isEqualTo("MinimumReplicasUnavailable");
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("NewReplicaSetAvailable");
  }

  private static World stuck(Instant lastProgress) {
    World world = web(3, 1, 0).set("hello:9", 1, 3, 3).set("hello:1", 2, 1, 0);
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
    World world = stuck(NOW.minusSeconds(600));
    Condition progressing = world.condition(WellKnown.CONDITION_PROGRESSING);
    assertThat(progressing.getStatus()).isEqualTo("False");
    assertThat(progressing.getReason()).isEqualTo("ProgressDeadlineExceeded");
    assertThat(progressing.getMessage()).endsWith("\" has timed out progressing.");
  }

  @Test
  void theDeadlineIsLookedAtWhenItPasses() {
    World world = stuck(NOW.minusSeconds(590));
    assertThat(world.decide()).containsExactly(new LookAgain(Duration.ofSeconds(11)));
  }

  @Test
  void aFailedRolloutThatMovesAgainIsProgressingAgain() {
    World world = stuck(NOW.minusSeconds(600));
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
    World world =
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
    World world =
        web(3, 1, 1)
            .set("hello:9", 1, 3, 3)
            .with(each -> each.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(NOW)));
    assertThat(world.decide())
        .allMatch(action -> action instanceof SetStatus || action instanceof LookAgain);
  }
}
