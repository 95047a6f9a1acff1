package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.SOON;
import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.complete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.image;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.run;
import static dev.capstan.e2e.controllers.Scene.sets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.client.Api;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts, also over the deaths and long sleeps of controller managers. */
class RolloutTest {

  private static String revision(Api api) throws InterruptedException {
    return deployments(api)
        .get("web")
        .getMetadata()
        .getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "none");
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
}
