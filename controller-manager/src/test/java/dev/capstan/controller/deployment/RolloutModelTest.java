package dev.capstan.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Deployment;
import dev.capstan.controller.model.ModelCluster;
import dev.capstan.controller.model.RolloutModel;
import dev.capstan.controller.model.Things;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Rollouts in a model of the cluster: the bounds hold at every step, and every sequence converges.
 */
class RolloutModelTest {

  private static Deployment deployment(int replicas, int surge, int unavailable, int minReady) {
    Deployment.Builder fresh = Things.deployment(replicas, surge, unavailable).toBuilder();
    fresh.getSpecBuilder().setMinReadySeconds(minReady);
    return fresh.build();
  }

  @Property(tries = 100)
  void theBoundsHoldAtEveryStepWhateverTheOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int replicas,
      @ForAll @IntRange(min = 0, max = 4) int surge,
      @ForAll @IntRange(min = 0, max = 4) int unavailable,
      @ForAll @IntRange(min = 0, max = 6) int minReady)
      throws InterruptedException {
    Assume.that(surge + unavailable > 0);
    Random random = new Random(seed);
    RolloutModel model =
        new RolloutModel(random, deployment(replicas, surge, unavailable, minReady));
    model.settle();
    for (int i = 0; i < 400; i++) {
      if (random.nextInt(60) == 0) {
        String image = "hello:" + random.nextInt(4);
        model.edit(web -> Things.withImage(web, image));
      }
      model.step();
      assertThat(model.total()).as(model::describe).isLessThanOrEqualTo(model.maxTotal());
      assertThat(model.available())
          .as(model::describe)
          .isGreaterThanOrEqualTo(Math.max(0, model.minAvailable()));
    }
  }

  @Property(tries = 80)
  void everySequenceOfRolloutsScalingsRollbacksAndFailuresConverges(@ForAll long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    int surge = random.nextInt(3);
    RolloutModel model =
        new RolloutModel(
            random,
            deployment(
                1 + random.nextInt(8),
                surge,
                surge == 0 ? 1 : random.nextInt(3),
                random.nextInt(3)));
    for (int i = 0; i < 300; i++) {
      disturb(model, random);
      model.step();
    }
    model.edit(RolloutModelTest::resumed);
    model.settle();
    assertConverged(model);
  }

  /** Fault 3 in miniature. */
  @Property(tries = 15)
  void aRestartAfterAnyWriteConvergesToTheExactNumberOfPods(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int replicas)
      throws InterruptedException {
    for (int writes = 0; ; writes++) {
      RolloutModel model = new RolloutModel(new Random(seed), deployment(replicas, 1, 1, 0));
      model.settle();
      model.edit(web -> Things.withImage(web, "hello:2"));
      model.cluster.crashAfter(writes);
      boolean crashed = false;
      try {
        model.settle();
      } catch (ModelCluster.Crash e) {
        crashed = true;
      }
      model.restartControllers();
      model.settle();
      assertConverged(model);
      if (!crashed) {
        return;
      }
    }
  }

  private static void assertConverged(RolloutModel model) {
    int replicas = model.deployment().getSpec().getReplicas();
    assertThat(model.total()).as(model::describe).isEqualTo(replicas);
    assertThat(model.updated()).as(model::describe).isEqualTo(replicas);
    assertThat(model.available()).as(model::describe).isEqualTo(replicas);
    var status = model.deployment().getStatus();
    assertThat(RolloutStatus.isComplete(model.deployment(), status)).as(status.toString()).isTrue();
  }

  private static Deployment resumed(Deployment deployment) {
    Deployment.Builder fresh = deployment.toBuilder();
    fresh.getSpecBuilder().setPaused(false);
    return fresh.build();
  }

  private static void disturb(RolloutModel model, Random random) throws InterruptedException {
    switch (random.nextInt(80)) {
      case 0, 1 -> {
        String image = "hello:" + random.nextInt(3);
        model.edit(web -> Things.withImage(web, image));
      }
      case 2 -> {
        int replicas = random.nextInt(10);
        model.edit(web -> {
          Deployment.Builder fresh = web.toBuilder();
          fresh.getSpecBuilder().setReplicas(replicas);
          return fresh.build();
        });
      }
      case 3 -> {
        boolean paused = random.nextBoolean();
        model.edit(web -> {
          Deployment.Builder fresh = web.toBuilder();
          fresh.getSpecBuilder().setPaused(paused);
          return fresh.build();
        });
      }
      case 4, 5 -> model.hurtSomePod();
      case 6 -> model.restartControllers();
      case 7 -> {
        model.cluster.crashAfter(random.nextInt(4));
        try {
          for (int i = 0; i < 10; i++) {
            model.step();
          }
        } catch (ModelCluster.Crash e) {
          // What the restart is for.
        }
        model.restartControllers();
      }
      default -> {}
    }
  }
}
