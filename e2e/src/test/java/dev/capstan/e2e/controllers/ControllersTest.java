package dev.capstan.e2e.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllersTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private interface Scene {
    void play(ControlPlane plane) throws InterruptedException;
  }

  private static void run(long seed, Scene scene) {
    Simulation.run(
        seed,
        sim -> {
          try (ControlPlane plane = new ControlPlane(sim)) {
            scene.play(plane);
          }
        });
  }

  private static Deployment deployment(String namespace, int replicas, String image) {
    return Deployment.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace(namespace).setName("web"))
        .setSpec(
            DeploymentSpec.newBuilder()
                .setReplicas(replicas)
                .setSelector(LabelSelector.newBuilder().putMatchLabels("app", "web"))
                .setTemplate(
                    PodTemplateSpec.newBuilder()
                        .setMetadata(ObjectMeta.newBuilder().putLabels("app", "web"))
                        .setSpec(
                            PodSpec.newBuilder()
                                .addContainers(
                                    Container.newBuilder().setName("web").setImage(image)))))
        .build();
  }

  private static Resource<Deployment> deployments(Api api) {
    return api.deployments().namespace("default");
  }

  private static boolean complete(Api api, int replicas) {
    try {
      Deployment web = deployments(api).get("web");
      var status = web.getStatus();
      return status.getObservedGeneration() == web.getMetadata().getGeneration()
          && status.getUpdatedReplicas() == replicas
          && status.getReplicas() == replicas
          && status.getAvailableReplicas() == replicas;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ApiException.NotFound e) {
      return false;
    }
  }

  private static void awaitComplete(ControlPlane plane, int replicas) throws InterruptedException {
    plane.sim.eventually(
        "complete with " + replicas, Duration.ofSeconds(90), () -> complete(plane.api, replicas));
  }

  private static void image(Api api, String image) throws InterruptedException {
    deployments(api)
        .patch(
            "web",
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\""
                + image
                + "\"}]}}}}");
  }

  private static List<Pod> pods(Api api) {
    try {
      return api.pods().list().items();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<ReplicaSet> sets(Api api) throws InterruptedException {
    return api.replicaSets().list().items();
  }

  private static String revision(Api api) throws InterruptedException {
    return deployments(api)
        .get("web")
        .getMetadata()
        .getAnnotationsOrThrow(WellKnown.ANNOTATION_REVISION);
  }

  @Test
  void runScaleUpdateAndRollBack() {
    run(
        1,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          plane.manager();
          deployments(api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          RolloutWatch watch = new RolloutWatch(api);
          deployments(api).patch("web", "{\"spec\":{\"replicas\":8}}");
          awaitComplete(plane, 8);
          watch.expect(6, 10);
          image(api, "hello:2");
          awaitComplete(plane, 8);
          assertThat(revision(api)).isEqualTo("2");
          plane.nodes.broken = "hello:broken";
          image(api, "hello:broken");
          plane.sim.seam().clock().sleep(Duration.ofSeconds(20));
          assertThat(complete(api, 8)).isFalse();
          api.rollback(RollbackRequest.newBuilder().setNamespace("default").setName("web").build());
          awaitComplete(plane, 8);
          assertThat(revision(api)).isEqualTo("4");
          assertThat(sets(api)).hasSize(3);
          assertThat(pods(api))
              .allMatch(pod -> pod.getSpec().getContainers(0).getImage().equals("hello:2"));
          assertThat(watch.violations()).isEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void killedAtAnyMomentTheNextManagerFinishesWithTheExactNumber(long seed) {
    run(
        seed,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          ControlPlane.Manager manager = plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          for (int i = 0; i < 4; i++) {
            if (i == 2) {
              awaitComplete(plane, 6);
              image(api, "hello:2");
            }
            plane
                .sim
                .seam()
                .clock()
                .sleep(Duration.ofMillis(plane.sim.seam().random().nextInt(2000)));
            manager.process().kill();
            manager = plane.manager();
          }
          awaitComplete(plane, 6);
          plane.sim.eventually("exactly six", SOON, () -> pods(api).size() == 6);
          plane.sim.seam().clock().sleep(SOON);
          assertThat(pods(api)).hasSize(6);
        });
  }

  @Test
  void aLeaderThatWakesUpLateCannotWrite() {
    run(
        7,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          ControlPlane.Manager first = plane.manager();
          plane.sim.eventually("first leads", SOON, () -> first.manager().leading());
          ControlPlane.Manager second = plane.manager();
          deployments(api).create(deployment("default", 5, "hello:1"));
          plane.sim.eventually("some pods", SOON, () -> !pods(api).isEmpty());
          first.process().pause();
          plane.sim.eventually(
              "second leads", Duration.ofSeconds(60), () -> second.manager().leading());
          image(api, "hello:2");
          first.process().resume();
          awaitComplete(plane, 5);
          plane.sim.seam().clock().sleep(SOON);
          assertThat(pods(api)).hasSize(5);
          assertThat(first.manager().leading()).isFalse();
        });
  }

  @Test
  void backgroundDeletionTakesEverythingBelowWithIt() {
    run(
        8,
        plane -> {
          plane.nodes.start(2);
          plane.manager();
          deployments(plane.api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          deployments(plane.api).delete("web");
          plane.sim.eventually("no pods", SOON, () -> pods(plane.api).isEmpty());
          assertThat(sets(plane.api)).isEmpty();
        });
  }

  @Test
  void foregroundDeletionKeepsTheOwnerUntilTheLastPodIsGone() {
    run(
        9,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(2);
          plane.manager();
          deployments(api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          deployments(api)
              .delete("web", DeleteOptions.newBuilder().setPropagationPolicy("Foreground").build());
          while (deployments(api).find("web").isPresent()) {
            plane.sim.seam().clock().sleep(Duration.ofMillis(10));
          }
          assertThat(pods(api)).isEmpty();
          assertThat(sets(api)).isEmpty();
        });
  }

  @Test
  void orphanedReplicaSetsStayAndAreAdoptedAgain() {
    run(
        10,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(2);
          plane.manager();
          deployments(api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          Set<String> before = uids(pods(api));
          deployments(api)
              .delete("web", DeleteOptions.newBuilder().setPropagationPolicy("Orphan").build());
          while (deployments(api).find("web").isPresent()) {
            plane.sim.seam().clock().sleep(Duration.ofMillis(10));
          }
          plane.sim.seam().clock().sleep(SOON);
          assertThat(sets(api).getFirst().getMetadata().getOwnerReferencesList()).isEmpty();
          deployments(api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          assertThat(uids(pods(api))).isEqualTo(before);
        });
  }

  private static Set<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
  }

  @Test
  void aNamespaceGoesWithAllThatIsInIt() {
    run(
        11,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(2);
          plane.manager();
          api.namespaces()
              .create(
                  Namespace.newBuilder()
                      .setMetadata(ObjectMeta.newBuilder().setName("lab"))
                      .build());
          api.deployments().namespace("lab").create(deployment("lab", 3, "hello:1"));
          plane.sim.eventually(
              "three pods run",
              SOON,
              () ->
                  pods(api).stream().filter(p -> p.getStatus().getPhase().equals("Running")).count()
                      == 3);
          api.namespaces().delete("lab");
          plane.sim.eventually(
              "the namespace is gone",
              SOON,
              () -> {
                try {
                  return api.namespaces().find("lab").isEmpty();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
          assertThat(pods(api)).isEmpty();
        });
  }

  private static Node node(Api api, String name) {
    try {
      return api.nodes().get(name);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ready(Api api, String name) {
    return Conditions.find(
            node(api, name).getStatus().getConditionsList(), WellKnown.CONDITION_READY)
        .map(c -> c.getStatus())
        .orElse("");
  }

  private static boolean onlyOn(Api api, Set<String> nodes, int count) {
    List<Pod> staying =
        pods(api).stream().filter(pod -> !pod.getMetadata().hasDeletionTimestamp()).toList();
    return staying.size() == count
        && staying.stream().allMatch(pod -> nodes.contains(pod.getSpec().getNodeName()))
        && staying.stream().allMatch(pod -> pod.getStatus().getPhase().equals("Running"));
  }

  @Test
  void podsOfASilentNodeAreReplacedAndItsTaintsGoWhenItIsHeardAgain() {
    run(
        12,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          awaitComplete(plane, 6);
          plane.nodes.silence("node-1");
          Duration start = plane.sim.elapsed();
          plane.sim.eventually(
              "unknown", Duration.ofSeconds(60), () -> ready(api, "node-1").equals("Unknown"));
          assertThat(plane.sim.elapsed().minus(start)).isGreaterThan(Duration.ofSeconds(28));
          plane.sim.eventually(
              "tainted", SOON, () -> node(api, "node-1").getSpec().getTaintsCount() == 2);
          assertThat(pods(api)).noneMatch(pod -> pod.getMetadata().hasDeletionTimestamp());
          plane.sim.eventually(
              "replaced", Duration.ofSeconds(60), () -> onlyOn(api, Set.of("node-0", "node-2"), 6));
          assertThat(plane.sim.elapsed().minus(start)).isGreaterThan(Duration.ofSeconds(58));
          plane.nodes.speak("node-1");
          plane.sim.eventually(
              "untainted", SOON, () -> node(api, "node-1").getSpec().getTaintsCount() == 0);
          plane.sim.eventually("the old pods are gone", SOON, () -> pods(api).size() == 6);
        });
  }

  @Test
  void nothingIsMovedWhileMoreThanHalfOfTheNodesAreSilent() {
    run(
        13,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          awaitComplete(plane, 6);
          Set<String> before = uids(pods(api));
          plane.nodes.silence("node-0");
          plane.nodes.silence("node-1");
          plane.sim.seam().clock().sleep(Duration.ofMinutes(10));
          assertThat(ready(api, "node-0")).isEqualTo("Unknown");
          assertThat(uids(pods(api))).isEqualTo(before);
          assertThat(pods(api)).noneMatch(pod -> pod.getMetadata().hasDeletionTimestamp());
        });
  }

  @Test
  void podsOfADeletedNodeAreCollectedAndReplaced() {
    run(
        14,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          awaitComplete(plane, 6);
          plane.nodes.silence("node-2");
          api.nodes().delete("node-2");
          plane.sim.eventually(
              "collected and replaced",
              Duration.ofSeconds(90),
              () -> pods(api).size() == 6 && onlyOn(api, Set.of("node-0", "node-1"), 6));
        });
  }

  @Test
  void aUsersNoExecuteTaintMovesPods() {
    run(
        15,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          awaitComplete(plane, 6);
          Node.Builder tainted = node(api, "node-0").toBuilder();
          tainted
              .getSpecBuilder()
              .addTaints(Taint.newBuilder().setKey("maintenance").setEffect("NoExecute"));
          api.nodes().update(tainted.build());
          plane.sim.eventually("moved", SOON, () -> onlyOn(api, Set.of("node-1", "node-2"), 6));
        });
  }

  @Test
  void aGapOfTheObserverIsNotTheNodesSilence() {
    run(
        16,
        plane -> {
          Api api = plane.api;
          plane.nodes.start(3);
          ControlPlane.Manager manager = plane.manager();
          deployments(api).create(deployment("default", 6, "hello:1"));
          awaitComplete(plane, 6);
          Set<String> before = uids(pods(api));
          manager.process().pause();
          plane.sim.seam().clock().sleep(Duration.ofMinutes(5));
          plane.nodes.silence("node-0");
          manager.process().resume();
          plane.sim.seam().clock().sleep(Duration.ofSeconds(35));
          assertThat(ready(api, "node-0")).isEqualTo("True");
          plane.nodes.speak("node-0");
          plane.sim.seam().clock().sleep(Duration.ofMinutes(2));
          assertThat(uids(pods(api))).isEqualTo(before);
        });
  }
}
