package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.kubelet.docker.DockerCli;
import dev.capstan.kubelet.docker.DockerRuntime;
import dev.capstan.kubelet.docker.DockerSettings;
import dev.capstan.kubelet.node.AddressPool;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pods on a real engine, with an API in memory. "Nothing is left" compares the engine's whole list.
 */
class PodsOnDockerIT {

  private static final String CIDR = "10.201.7.64/26";

  @TempDir Path messages;

  private final Seam seam = Seam.system();
  private final String cluster = seam.newUid();
  private final FakePodApi api = new FakePodApi();
  private final List<AutoCloseable> open = new ArrayList<>();
  private DockerRuntime runtime;
  private PodManager manager;
  private Thread writer;

  @BeforeEach
  void begin() throws Exception {
    assumeThat(DockerCli.host()).as("CAPSTAN_TEST_DOCKER_HOST or DOCKER_HOST").isNotEmpty();
    api.cluster = cluster;
    startKubelet();
  }

  private void startKubelet() throws Exception {
    NodeIdentity node = new NodeIdentity(cluster, "pods-it", List.of("node-uid"));
    runtime =
        new DockerRuntime(
            new DockerSettings(DockerCli.host(), CIDR, 100, "1m", 2, 8, messages), node, seam);
    StatusWriter statuses = new StatusWriter(api, seam);
    manager =
        new PodManager(
            new PodEnvironment(
                cluster,
                "node-1",
                "192.0.2.7",
                "docker",
                runtime,
                api,
                statuses,
                new AddressPool(AddressRange.parse(CIDR)),
                new Admission(new Admission.Allocatable(4000, 8L << 30, 10)),
                new NetworkProber(runtime, seam),
                KubeletMetrics.NONE,
                seam));
    writer = seam.threads().start("statuses", statuses);
    PodManager mine = manager;
    api.changed = mine::observe;
    api.vanished = pod -> mine.vanished(pod.getMetadata().getUid());
    List.copyOf(api.pods.values()).forEach(mine::observe);
    mine.start();
  }

  private void stopKubelet() {
    api.changed = pod -> {};
    api.vanished = pod -> {};
    manager.close();
    writer.interrupt();
    open.add(runtime);
  }

  @AfterEach
  void end() throws Exception {
    if (runtime != null) {
      stopKubelet();
      runtime.cleanUp();
      for (AutoCloseable each : open) {
        each.close();
      }
    }
  }

  private void until(String pod, Predicate<PodStatus> condition) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> api.has(pod) && condition.test(api.get(pod).getStatus()));
  }

  /** A pod whose uid no other run has. */
  private Pod pod(String name) {
    Pod.Builder pod = Pods.pod(name);
    pod.getMetadataBuilder().setUid(seam.newUid());
    pod.getSpecBuilder().setTerminationGracePeriodSeconds(5);
    pod.getSpecBuilder()
        .getContainersBuilder(0)
        .getReadinessProbeBuilder()
        .setPeriodSeconds(1)
        .getTcpSocketBuilder()
        .getPortBuilder()
        .setIntValue(8080);
    return pod.build();
  }

  private static String everything() throws Exception {
    return DockerCli.run("ps", "-aq", "--no-trunc", "--filter", "label=capstan.dev/node=pods-it");
  }

  @Test
  void aKilledContainerIsBackAtOnceWithItsAddress() throws Exception {
    api.put(pod("a"));
    until("a", TestNode::ready);
    String address = api.get("a").getStatus().getPodIp();
    ContainerRef ref = ContainerSpecs.ref(api.get("a"), 0);
    Instant before = seam.clock().now();
    DockerCli.run("kill", ref.name());
    until("a", s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 1);
    Duration took = Duration.between(before, seam.clock().now());
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(api.get("a").getStatus().getPodIp()).isEqualTo(address);
    assertThat(TestNode.first(api.get("a").getStatus()).getLastState().getTerminated())
        .satisfies(last -> {
          assertThat(last.getExitCode()).isEqualTo(137);
          assertThat(ApiTimes.instant(last.getFinishedAt())).isAfter(before.minusSeconds(1));
        });
  }

  @Test
  void aRestartedKubeletAdoptsWhatRuns() throws Exception {
    api.put(pod("a"));
    until("a", TestNode::ready);
    String containers = everything();
    stopKubelet();
    int told = api.statuses.size();
    startKubelet();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> manager.engineSeen() && manager.running() == 1);
    assertThat(everything()).isEqualTo(containers);
    assertThat(api.statuses).hasSize(told);
  }

  @Test
  void anOrphanGoesAndAForeignContainerStays() throws Exception {
    api.put(pod("a"));
    until("a", TestNode::ready);
    stopKubelet();
    api.force("a");
    String foreign =
        DockerCli.run(
            "run", "-d", "--label", "capstan.dev/node=other", "localhost/capstan/hello:1");
    try {
      startKubelet();
      await().atMost(Duration.ofSeconds(30)).until(() -> everything().isEmpty());
      assertThat(DockerCli.run("inspect", "-f", "{{.State.Running}}", foreign)).isEqualTo("true");
    } finally {
      DockerCli.run("rm", "-f", foreign);
    }
  }

  @Test
  void aDeletedPodLeavesNothing() throws Exception {
    api.put(pod("a"));
    until("a", TestNode::ready);
    api.askDelete("a", 5, seam.clock().now());
    await().atMost(Duration.ofSeconds(20)).until(() -> !api.has("a"));
    assertThat(everything()).isEmpty();
    assertThat(TestNode.first(api.statuses.getLast()).getState().getTerminated().getExitCode())
        .isZero();
  }

  @Test
  void aMissingImageIsToldInTheEnginesWords() throws Exception {
    Pod.Builder pod = pod("a").toBuilder();
    pod.getSpecBuilder().getContainersBuilder(0).setImage("localhost/capstan/none:9");
    api.put(pod.build());
    until("a", s -> waits(s, "ErrImagePull"));
    until("a", s -> waits(s, "ImagePullBackOff"));
    assertThat(TestNode.first(api.get("a").getStatus()).getState().getWaiting().getMessage())
        .contains("localhost");
  }

  private static boolean waits(PodStatus status, String reason) {
    return TestNode.first(status).getState().getWaiting().getReason().equals(reason);
  }
}
