package dev.capstan.controller.deployment;

import static dev.capstan.controller.model.Things.START;
import static dev.capstan.controller.model.Things.deployment;
import static dev.capstan.controller.model.Things.withImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.deployment.DeploymentAction.CreateSet;
import dev.capstan.controller.deployment.DeploymentAction.Scale;
import dev.capstan.controller.deployment.DeploymentAction.SetStatus;
import dev.capstan.controller.model.Things;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What a decision about a Deployment is made from, under construction. */
final class TestWorld {

  static final Instant NOW = START.plusSeconds(1000);

  Deployment deployment;
  final List<ReplicaSet> sets = new ArrayList<>();
  final Map<String, List<Pod>> pods = new LinkedHashMap<>();

  TestWorld(Deployment deployment) {
    this.deployment = deployment;
  }

  TestWorld with(Consumer<Deployment.Builder> change) {
    Deployment.Builder fresh = deployment.toBuilder();
    change.accept(fresh);
    deployment = fresh.build();
    return this;
  }

  /**
   * A ReplicaSet of this image with so many pods wanted, of which so many available, rest unready.
   */
  TestWorld set(String image, long revision, int wanted, int available) {
    return set(image, revision, wanted, available, each -> {});
  }

  TestWorld set(
      String image, long revision, int wanted, int available, Consumer<ReplicaSet.Builder> change) {
    Deployment then = withImage(deployment, image);
    DeploymentWorld alone = new DeploymentWorld(then, List.of(), name -> false, Map.of(), false);
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
    Map<String, ManagedPods> managed = new LinkedHashMap<>();
    pods.forEach((uid, each) -> managed.put(uid, ManagedPods.of(each)));
    return DeploymentDecision.decide(
        new DeploymentWorld(
            deployment,
            sets,
            name -> sets.stream().anyMatch(set -> set.getMetadata().getName().equals(name)),
            managed,
            false),
        NOW);
  }

  /** The same once the status that is decided on now is stored. */
  TestWorld withStatusStored() {
    only(SetStatus.class).ifPresent(action -> with(each -> each.setStatus(action.status())));
    return this;
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

  /** A Deployment of this size and these bounds, without anything yet. */
  static TestWorld web(int replicas, int surge, int unavailable) {
    return new TestWorld(deployment(replicas, surge, unavailable));
  }

  /** A rollout that is complete, its status and notes stored. */
  static TestWorld complete(int limit) {
    TestWorld world =
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
}
