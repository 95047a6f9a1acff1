package dev.capstan.controller;

import static dev.capstan.controller.model.Things.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetStatus;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.SnapshotBuilder;
import dev.capstan.controller.deployment.DeploymentDecision;
import dev.capstan.controller.deployment.DeploymentWorld;
import dev.capstan.controller.model.Things;
import dev.capstan.controller.replicaset.ReplicaSetDecision;
import dev.capstan.controller.replicaset.ReplicaSetStatuses;
import dev.capstan.controller.replicaset.ReplicaSetWorld;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** What is decided on kept counts is what is decided on the pods one by one. */
class ManagedPodsTest {

  private static final Instant NOW = START.plusSeconds(100);

  /**
   * A ReplicaSet in some state, with pods written one after the other, some of them again.
   *
   * @param replicas wanted
   */
  record World(int replicas, int minReadySeconds, boolean going, List<Pod> writes) {

    ReplicaSet set() {
      Deployment owner = Things.deployment(replicas, 1, 1);
      ReplicaSet.Builder set = Things.replicaSet("web", replicas).toBuilder();
      set.getMetadataBuilder()
          .addOwnerReferences(Owners.controllerRef("apps/v1", "Deployment", owner.getMetadata()));
      set.getSpecBuilder().setMinReadySeconds(minReadySeconds);
      set.getSpecBuilder().getTemplateBuilder().getMetadataBuilder().putLabels("tier", "front");
      if (going) {
        set.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(START));
      }
      return set.build();
    }

    Snapshot snapshot(Views views) {
      SnapshotBuilder snapshot =
          new SnapshotBuilder()
              .kind(
                  ObjectType.POD,
                  List.of(views.podsByController, views.orphanPods),
                  List.of(views.podCounts));
      writes.forEach(pod -> snapshot.put(ObjectType.POD, pod));
      return snapshot.at("128");
    }
  }

  private static Pod pod(String name, String state, String app, boolean orphan) {
    Pod plain = Things.pod(Things.replicaSet("web", 1), name);
    Pod.Builder pod =
        switch (state) {
          case "ready" -> Things.ready(plain, START).toBuilder();
          case "just ready" -> Things.ready(plain, NOW.minusSeconds(5)).toBuilder();
          case "going" -> Things.going(Things.ready(plain, START)).toBuilder();
          default -> plain.toBuilder();
        };
    if (state.equals("Failed")) {
      pod.getStatusBuilder().setPhase("Failed");
    }
    pod.getMetadataBuilder().putLabels("app", app);
    if (name.endsWith("1")) {
      pod.getMetadataBuilder().putLabels("tier", "front");
    }
    if (orphan) {
      pod.getMetadataBuilder().clearOwnerReferences();
    }
    return pod.build();
  }

  @Provide
  static Arbitrary<World> worlds() {
    Arbitrary<Pod> pods =
        Combinators.combine(
                Arbitraries.integers().between(0, 11).map(i -> "pod-" + i),
                Arbitraries.of("unready", "ready", "just ready", "going", "Failed"),
                Arbitraries.frequencyOf(
                    Tuple.of(9, Arbitraries.just("web")),
                    Tuple.of(1, Arbitraries.of("db", "cache"))),
                Arbitraries.integers().between(0, 9).map(i -> i == 0))
            .as(ManagedPodsTest::pod);
    return Combinators.combine(
            Arbitraries.integers().between(0, 12),
            Arbitraries.of(0, 0, 10),
            Arbitraries.integers().between(0, 9).map(i -> i == 0),
            pods.list().ofMaxSize(30))
        .as(World::new);
  }

  @Property(tries = 500)
  void aReplicaSetDecidesTheSame(@ForAll("worlds") World world) {
    Views views = new Views();
    Snapshot snapshot = world.snapshot(views);
    ReplicaSet set = world.set();
    List<Pod> all = snapshot.list(ObjectType.POD);
    List<Pod> own = snapshot.by(views.podsByController, set.getMetadata().getUid());
    List<Pod> orphans = snapshot.by(views.orphanPods, "default");
    ManagedPods kept = views.podsOf(snapshot, set.getMetadata().getUid());
    ReplicaSetWorld counted = ReplicaSetWorld.of(set, kept, orphans, () -> own, false);
    ReplicaSetWorld listed =
        ReplicaSetWorld.of(set, ManagedPods.of(own), orphans, () -> own, false);
    assertThat(ReplicaSetDecision.decide(counted, NOW))
        .isEqualTo(ReplicaSetDecision.decide(listed, NOW));
    assertThat(ReplicaSetStatuses.decide(counted, Optional.empty(), NOW))
        .isEqualTo(ReplicaSetStatuses.decide(listed, Optional.empty(), NOW));
    assertSortedOut(counted, all);
  }

  /** By the definition of claims and of the status, pod by pod. */
  private static void assertSortedOut(ReplicaSetWorld world, List<Pod> all) {
    ReplicaSet set = world.set();
    Claims<Pod> claims =
        Claims.of(
            set.getMetadata(),
            set.getSpec().getSelector(),
            PodStates.active(all),
            Pod::getMetadata);
    assertThat(world.release()).isEqualTo(claims.release());
    assertThat(world.adopt()).isEqualTo(claims.adopt());
    assertThat(world.replicas().pods().get()).isEqualTo(claims.kept());
    ReplicaSetStatus status = ReplicaSetStatuses.decide(world, Optional.empty(), NOW).orElseThrow();
    int minReady = set.getSpec().getMinReadySeconds();
    assertThat(status.getReplicas()).isEqualTo(claims.kept().size());
    assertThat(status.getReadyReplicas())
        .isEqualTo((int) claims.kept().stream().filter(PodStates::isReady).count());
    assertThat(status.getAvailableReplicas())
        .isEqualTo(
            (int)
                claims.kept().stream()
                    .filter(pod -> PodStates.isAvailable(pod, minReady, NOW))
                    .count());
    assertThat(status.getFullyLabeledReplicas())
        .isEqualTo(
            (int)
                claims.kept().stream()
                    .map(pod -> pod.getMetadata().getLabelsMap())
                    .filter(labels -> "front".equals(labels.get("tier")))
                    .filter(labels -> "web".equals(labels.get("app")))
                    .count());
  }

  @Property(tries = 500)
  void aDeploymentDecidesTheSame(@ForAll("worlds") World world) {
    Views views = new Views();
    Snapshot snapshot = world.snapshot(views);
    ReplicaSet set = world.set();
    String uid = set.getMetadata().getUid();
    ManagedPods listed = ManagedPods.of(snapshot.by(views.podsByController, uid));
    for (int replicas : new int[] {0, world.replicas(), world.replicas() + 5}) {
      Deployment deployment = Things.withImage(Things.deployment(replicas, 1, 1), "hello:2");
      assertThat(decide(deployment, set, views.podsOf(snapshot, uid)))
          .isEqualTo(decide(deployment, set, listed));
    }
  }

  private static Object decide(Deployment deployment, ReplicaSet set, ManagedPods pods) {
    Map<String, ManagedPods> bySet = new LinkedHashMap<>();
    bySet.put(set.getMetadata().getUid(), pods);
    return DeploymentDecision.decide(
        new DeploymentWorld(deployment, List.of(set), name -> false, bySet, false), NOW);
  }

  @Test
  void noPodIsLookedAtWhileItDoesNotMatterWhich() {
    PodCounts two = PodCounts.of(pod("a", "ready", "web", false));
    two = two.plus(PodCounts.of(pod("b", "unready", "web", false)));
    ManagedPods pods =
        new ManagedPods(
            two,
            () -> {
              throw new AssertionError("asked for the pods");
            });
    ReplicaSet set = Things.replicaSet("web", 3);
    ReplicaSetWorld world = ReplicaSetWorld.of(set, pods, List.of(), List::of, false);
    assertThat(ReplicaSetDecision.decide(world, NOW)).hasSize(1);
    assertThat(ReplicaSetStatuses.decide(world, Optional.empty(), NOW)).isPresent();
    assertThat(decide(Things.deployment(3, 1, 1), set, pods)).isNotNull();
  }
}
