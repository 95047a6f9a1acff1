package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.SOON;
import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.run;
import static dev.capstan.e2e.controllers.Scene.sets;
import static dev.capstan.e2e.controllers.Scene.uids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Owners that go, and what goes with them. */
class DeletionTest {

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
}
