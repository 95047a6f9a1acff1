package dev.capstan.controller.deployment;

import static dev.capstan.controller.deployment.TestWorld.complete;
import static dev.capstan.controller.deployment.TestWorld.web;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.deployment.DeploymentAction.Adopt;
import dev.capstan.controller.deployment.DeploymentAction.Annotate;
import dev.capstan.controller.deployment.DeploymentAction.CreateSet;
import dev.capstan.controller.deployment.DeploymentAction.DeleteSet;
import dev.capstan.controller.deployment.DeploymentAction.SetRevision;
import dev.capstan.controller.deployment.DeploymentAction.SetStatus;
import dev.capstan.controller.model.Things;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** ReplicaSets made, found again and forgotten. */
class RevisionsTest {

  @Test
  void theFirstReplicaSetIsNamedAfterTheTemplateAndHasEverything() {
    TestWorld world =
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
    Condition progressing = world.condition(WellKnown.CONDITION_PROGRESSING);
    assertThat(progressing.getReason()).isEqualTo("NewReplicaSetCreated");
    assertThat(progressing.getMessage())
        .isEqualTo("Created new replica set \"" + set.getMetadata().getName() + "\"");
    // One write a turn: the second would be on a version that the first has replaced.
    assertThat(world.only(SetRevision.class)).isEmpty();
    assertThat(world.withStatusStored().only(SetRevision.class)).contains(new SetRevision("1"));
  }

  /** A changed value would give every running Deployment a new ReplicaSet at an upgrade. */
  @Test
  void theHashOfATemplateNeverChanges() {
    assertThat(TemplateHash.of(Things.template("hello:1"), 0)).isEqualTo("75hmdc6zk9");
    assertThat(TemplateHash.of(Things.template("hello:1"), 1)).isNotEqualTo("75hmdc6zk9");
    assertThat(TemplateHash.of(Things.template("hello:2"), 0)).isNotEqualTo("75hmdc6zk9");
  }

  /**
   * A newer server shows fields that this version does not know, of one object before the other.
   */
  @Test
  void aFieldThatThisVersionDoesNotKnowStartsNoRollout() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(4000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    TestWorld world = web(3, 1, 1).set("hello:1", 1, 3, 3);
    world.with(each ->
        each.getSpecBuilder()
            .getTemplateBuilder()
            .getSpecBuilder()
            .getContainersBuilder(0)
            .setUnknownFields(unknown));
    assertThat(world.only(CreateSet.class)).isEmpty();
    assertThat(TemplateHash.of(world.deployment.getSpec().getTemplate(), 0))
        .isEqualTo("75hmdc6zk9");
  }

  @Test
  void aNameTakenByAStrangerCountsAsACollision() {
    TestWorld world = web(3, 1, 1);
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
    TestWorld world = web(3, 1, 1);
    ReplicaSet.Builder orphan = world.only(CreateSet.class).orElseThrow().set().toBuilder();
    orphan.getMetadataBuilder().clearOwnerReferences();
    world.sets.add(orphan.build());
    assertThat(world.decide()).containsExactly(new Adopt(orphan.build()));
  }

  @Test
  void anOldTemplateThatComesBackGetsANewRevisionAndKeepsItsHistory() {
    TestWorld world = web(3, 1, 1).set("hello:1", 1, 0, 0).set("hello:9", 2, 3, 3);
    Annotate annotate = world.only(Annotate.class).orElseThrow();
    assertThat(annotate.set().getMetadata().getUid()).isEqualTo("hello:1");
    assertThat(annotate.annotations())
        .containsOnly(
            Map.entry(WellKnown.ANNOTATION_REVISION, "3"),
            Map.entry(WellKnown.ANNOTATION_REVISION_HISTORY, "1"));
    assertThat(world.only(CreateSet.class)).isEmpty();
    assertThat(world.condition(WellKnown.CONDITION_PROGRESSING).getReason())
        .isEqualTo("FoundNewReplicaSet");
    assertThat(world.withStatusStored().only(SetRevision.class)).contains(new SetRevision("3"));
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
    TestWorld world = complete(0);
    world.pods.put("hello:7", List.of(Things.going(world.podsOf("hello:1").getFirst())));
    assertThat(world.all(DeleteSet.class))
        .extracting(action -> action.set().getMetadata().getUid())
        .containsExactly("hello:8", "hello:9");
  }
}
