package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.run;
import static dev.capstan.e2e.controllers.Scene.sets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Event;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Deployments that are valid and whose ReplicaSets are hard, or not at all, to make. */
class RefusedChildTest {

  /** All annotations of an object together, keys included, have 262,144 bytes at most. */
  private static final int ANNOTATIONS = 262_060;

  @Test
  void aLongNameLeavesRoomForTheHash() {
    run(
        1,
        plane -> {
          plane.nodes.start(1);
          plane.manager();
          Deployment.Builder web = deployment("default", 1, "hello:1").toBuilder();
          web.getMetadataBuilder().setName("a".repeat(245));
          deployments(plane.api).create(web.build());
          plane.sim.eventually(
              "its pod runs",
              Duration.ofSeconds(90),
              () ->
                  pods(plane.api).stream()
                      .anyMatch(p -> p.getStatus().getPhase().equals("Running")));
          assertThat(sets(plane.api))
              .singleElement()
              .satisfies(set -> assertThat(set.getMetadata().getName()).hasSizeLessThan(254));
        });
  }

  @Test
  void annotationsThatLeaveNoRoomForTheRevisionAreSaidAndNotTriedForEver() {
    run(
        1,
        plane -> {
          plane.nodes.start(1);
          plane.manager();
          Deployment.Builder web = deployment("default", 1, "hello:1").toBuilder();
          web.getMetadataBuilder()
              .putAnnotations("note", "x".repeat(ANNOTATIONS - "note".length()));
          deployments(plane.api).create(web.build());
          plane.sim.seam().clock().sleep(Duration.ofMinutes(10));

          Condition progressing =
              Conditions.find(
                      deployments(plane.api).get("web").getStatus().getConditionsList(),
                      "Progressing")
                  .orElseThrow();
          assertThat(progressing.getReason()).isEqualTo("ReplicaSetCreateError");
          assertThat(progressing.getMessage())
              .contains("metadata.annotations: must be at most 256 KiB in all");
          assertThat(sets(plane.api)).isEmpty();
          long said =
              plane.api.events().list().items().stream()
                  .filter(event -> event.getReason().equals("ReplicaSetCreateError"))
                  .mapToLong(Event::getCount)
                  .sum();
          assertThat(said).as("tries in ten minutes").isBetween(3L, 60L);

          deployments(plane.api).patch("web", "{\"metadata\":{\"annotations\":{\"note\":\"x\"}}}");
          awaitComplete(plane, 1);
        });
  }
}
