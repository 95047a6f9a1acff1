package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.SOON;
import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.run;
import static dev.capstan.e2e.controllers.Scene.uids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.Api;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes that fall silent, are deleted or tainted, and what becomes of their pods. */
class LostNodesTest {

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
