package dev.capstan.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ObjectType;
import dev.capstan.e2e.lab.Component;
import dev.capstan.e2e.lab.Engine;
import dev.capstan.e2e.lab.Lab;
import dev.capstan.e2e.lab.RolloutInvariant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each process is killed with -9 while twenty replicas are rolled over, and started again: the
 * rollout completes with exactly twenty pods, its bounds hold at every revision, and nothing is
 * left on the engine.
 */
class CrashDuringRolloutIT {

  private static final int REPLICAS = 20;
  private static final String HELLO = "localhost/capstan/hello:";
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Engine engine = Engine.ofEnvironment();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  /** On etcd each process dies three times a rollout, on SQLite once. */
  @ParameterizedTest(name = "on {0}, killed {1} times in each rollout")
  @CsvSource({"ETCD, 3", "EMBEDDED, 1"})
  void aRolloutSurvivesTheDeathOfEachProcess(Lab.Store store, int kills) throws Exception {
    List<String> before = engine.everything();
    try (Lab lab = Lab.start(store, engine, folder)) {
      lab.capstan("run", "web", "--image=" + HELLO + "1", "--replicas=" + REPLICAS, "--port=8080")
          .succeeded();
      awaitComplete(lab, "1");
      String version = "1";
      for (Component victim : Component.values()) {
        version = version.equals("1") ? "2" : "1";
        rollOver(lab, version, victim, kills);
      }
      lab.capstan("delete", "deployment", "web").succeeded();
      await("all containers are gone").atMost(PATIENCE).until(() -> pods(lab).isEmpty());
    }
    assertThat(engine.everything()).isEqualTo(before);
  }

  private void rollOver(Lab lab, String version, Component victim, int kills) throws Exception {
    try (RolloutInvariant invariant = RolloutInvariant.of(lab.api(), "web")) {
      lab.capstan("set", "image", "deployment/web", "web=" + HELLO + version).succeeded();
      for (int kill = 1; kill <= kills; kill++) {
        int enough = REPLICAS * kill / (kills + 1);
        await(enough + " replicas updated before " + victim + " dies")
            .atMost(PATIENCE)
            .until(() -> countOf(lab, version) >= enough);
        lab.killAndRestart(victim);
        lab.awaitReady(victim);
      }
      awaitComplete(lab, version);
      assertThat(invariant.revisions()).as("revisions looked at").isGreaterThan(REPLICAS);
      assertThat(invariant.violations()).as("while %s died", victim).isEmpty();
    }
    assertThat(pods(lab)).as("pods after %s died", victim).hasSize(REPLICAS);
    assertThat(engine.running(HELLO + version)).as("containers").hasSize(REPLICAS);
    assertThat(engine.lines("ps", "-aq")).as("containers in any state").hasSize(REPLICAS);
  }

  private static long countOf(Lab lab, String version) throws Exception {
    return pods(lab).stream().filter(pod -> image(pod).equals(HELLO + version)).count();
  }

  private static void awaitComplete(Lab lab, String version) {
    await("rollout to " + version + " is complete")
        .atMost(PATIENCE)
        .until(() -> complete(lab, version));
  }

  private static boolean complete(Lab lab, String version) throws Exception {
    Deployment web = lab.api().deployments().namespace("default").get("web");
    List<Pod> pods = pods(lab);
    return web.getStatus().getObservedGeneration() == web.getMetadata().getGeneration()
        && web.getStatus().getUpdatedReplicas() == REPLICAS
        && web.getStatus().getAvailableReplicas() == REPLICAS
        && pods.size() == REPLICAS
        && pods.stream().allMatch(pod -> image(pod).equals(HELLO + version));
  }

  private static String image(Pod pod) {
    return pod.getSpec().getContainers(0).getImage();
  }

  private static List<Pod> pods(Lab lab) throws InterruptedException {
    return lab.api().resource(ObjectType.POD).namespace("default").list().items();
  }
}
