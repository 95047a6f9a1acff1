package dev.capstan.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.v1.Pod;
import dev.capstan.e2e.lab.Command;
import dev.capstan.e2e.lab.Engine;
import dev.capstan.e2e.lab.Lab;
import dev.capstan.e2e.lab.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What a user does and suffers in a day, on one cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DayInTheLifeIT {

  private static final String HELLO = "localhost/capstan/hello:";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Engine engine = Engine.ofEnvironment();
  private List<String> before = List.of();

  @SuppressWarnings("NullAway.Init") // Set by up, before every test, unless it fails.
  private Lab lab;

  @BeforeAll
  void up(@TempDir Path folder) {
    before = engine.everything();
    lab = Lab.start(Lab.Store.EMBEDDED, engine, folder);
    lab.capstan("run", "web", "--image=" + HELLO + "1", "--replicas=3", "--port=8080").succeeded();
    lab.capstan("rollout", "status", "deployment/web", "--timeout=60s").succeeded();
  }

  @AfterAll
  void down() {
    if (lab == null) {
      return;
    }
    lab.close();
    assertThat(engine.everything()).as("everything on the engine").isEqualTo(before);
  }

  @Test
  @Order(1)
  void everyReplicaAnswersWithItsVersion() throws InterruptedException {
    assertThat(pods()).hasSize(3).allSatisfy(pod -> assertThat(answer(pod)).startsWith("hello 1"));
  }

  @Test
  @Order(2)
  void aKilledContainerIsReplacedAndKeepsItsAddress() throws InterruptedException {
    Pod victim = pods().getFirst();
    engine.docker("kill", containerId(victim));
    await("it is restarted").atMost(SOON).until(() -> restarts(victim) == 1);
    await("it answers").atMost(SOON).until(() -> answer(victim).startsWith("hello 1"));
    Pod after = pod(victim.getMetadata().getName());
    assertThat(after.getStatus().getPodIp()).isEqualTo(victim.getStatus().getPodIp());
    assertThat(
            after.getStatus().getContainerStatuses(0).getLastState().getTerminated().getExitCode())
        .isEqualTo(137);
  }

  @Test
  @Order(3)
  void aContainerOfSomebodyElseIsLeftAlone() {
    String foreign = engine.docker("run", "-d", "--name", "foreign", HELLO + "1");
    try {
      lab.capstan("scale", "deployment", "web", "--replicas=5").succeeded();
      lab.capstan("rollout", "status", "deployment/web", "--timeout=60s").succeeded();
      assertThat(engine.running(HELLO + "1")).hasSize(6).contains(foreign);
    } finally {
      engine.docker("rm", "-f", foreign);
    }
  }

  @Test
  @Order(4)
  void aBrokenImageIsExplainedWithinThirtySecondsAndTheOldPodsKeepServing()
      throws InterruptedException {
    Command.Result result = lab.capstan("rolling-update", "web", "--image=" + HELLO + "broken");
    assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
    assertThat(result.out() + result.err())
        .containsPattern("Exit code: +1")
        .contains("broken: cannot open", "old pods keep serving", "--rollback");
    assertThat(pods().stream().filter(pod -> answer(pod).startsWith("hello 1")))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  @Order(5)
  void aRollbackBringsBackWhatWorked() throws InterruptedException {
    lab.capstan("rolling-update", "web", "--rollback").succeeded();
    await("five old pods").atMost(SOON).until(() -> pods().size() == 5);
    assertThat(pods()).allSatisfy(pod -> assertThat(answer(pod)).startsWith("hello 1"));
  }

  @Test
  @Order(6)
  void aMissingImageIsReportedInTheEnginesWords() {
    Command.Result result =
        lab.capstan("rolling-update", "web", "--image=localhost/capstan/missing:1");
    assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
    assertThat(result.out() + result.err()).containsAnyOf("ErrImagePull", "ImagePullBackOff");
    lab.capstan("rolling-update", "web", "--rollback").succeeded();
  }

  @Test
  @Order(7)
  void logsComeFromTheNode() {
    assertThat(lab.capstan("logs", "deploy/web").succeeded().out()).contains("hello");
  }

  @Test
  @Order(8)
  void aCallWithoutTheTokenIsRefused(@TempDir Path folder) throws Exception {
    Path wrong = Files.writeString(folder.resolve("token"), "wrong");
    Command.Result result = lab.capstan("get", "pods", "--token-file=" + wrong);
    assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
    assertThat(result.err()).contains("Unauthorized");
  }

  @Test
  @Order(9)
  void thePageOnSchedulingShowsWhatHappens() {
    for (Page.Step step : Page.steps("scheduling.md")) {
      await(String.join(" ", step.arguments()))
          .atMost(SOON)
          .untilAsserted(() -> {
            String[] arguments = step.arguments().toArray(String[]::new);
            String real = lab.capstan(arguments).out();
            assertThat(step.missingFrom(real)).as("shown, but not in: %s", real).isEmpty();
          });
    }
    lab.capstan("delete", "deployment", "big").succeeded();
  }

  @Test
  @Order(10)
  void deletingTheDeploymentLeavesNoContainer() throws InterruptedException {
    lab.capstan("delete", "deployment", "web", "--timeout=60s").succeeded();
    await("no pod is left").atMost(SOON).until(() -> pods().isEmpty());
    await("no container is left").atMost(SOON).until(() -> engine.lines("ps", "-aq").isEmpty());
  }

  private List<Pod> pods() throws InterruptedException {
    return lab.api().pods().namespace("default").list().items();
  }

  private Pod pod(String name) throws InterruptedException {
    return lab.api().pods().namespace("default").get(name);
  }

  private int restarts(Pod pod) throws InterruptedException {
    return pod(pod.getMetadata().getName()).getStatus().getContainerStatuses(0).getRestartCount();
  }

  private String answer(Pod pod) {
    return lab.ask(pod.getStatus().getPodIp());
  }

  private static String containerId(Pod pod) {
    return pod.getStatus().getContainerStatuses(0).getContainerId().replace("docker://", "");
  }
}
