package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.KeySelector;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.TCPSocketAction;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The life of a pod, on a simulated engine and in simulated time. */
class PodLifeTest {

  /** A test body. */
  private interface Body {
    void run(TestNode node) throws Exception;
  }

  private static void on(Body body) {
    Simulation.run(7, simulation -> body.run(new TestNode(simulation)));
  }

  private static Pod with(Pod.Builder pod, Consumer<Container.Builder> change) {
    change.accept(pod.getSpecBuilder().getContainersBuilder(0));
    return pod.build();
  }

  private static Pod policy(Pod.Builder pod, String policy) {
    pod.getSpecBuilder().setRestartPolicy(policy);
    return pod.build();
  }

  @Test
  void aPodRunsAndIsReady() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      assertThat(node.status("a").getPhase()).isEqualTo("Running");
      assertThat(node.status("a").getPodIp()).isEqualTo("10.88.0.2");
      assertThat(node.status("a").getHostIp()).isEqualTo("192.0.2.7");
      assertThat(node.status("a").hasStartTime()).isTrue();
      assertThat(Conditions.isTrue(node.status("a").getConditionsList(), "Ready")).isTrue();
      assertThat(node.container("a").getContainerId()).startsWith("simulated://");
      assertThat(node.container("a").getRestartCount()).isZero();
      assertThat(node.api.events)
          .startsWith(
              "Pulled: Container image \"localhost/capstan/hello:1\" already present on machine")
          .endsWith("Created: Created container web", "Started: Started container web");
    });
  }

  @Test
  void aQuietPodCausesNoWrites() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      int writes = node.api.statusWrites;
      node.pass(Duration.ofMinutes(5));
      assertThat(node.api.statusWrites).isEqualTo(writes);
    });
  }

  @Test
  void conditionsOfOthersStay() {
    on(node -> {
      Pod.Builder pod = Pods.pod("a");
      pod.getStatusBuilder()
          .setQosClass("Burstable")
          .addConditionsBuilder()
          .setType("PodScheduled")
          .setStatus("True");
      node.api.put(pod.build());
      node.untilReady("a");
      assertThat(Conditions.isTrue(node.status("a").getConditionsList(), "PodScheduled")).isTrue();
      assertThat(node.status("a").getQosClass()).isEqualTo("Burstable");
    });
  }

  @Test
  void aKilledContainerIsBackWithinASecondAndKeepsTheAddress() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      String address = node.status("a").getPodIp();
      node.engine.killOutside(ref("a", 0), 137);
      node.until(
          "a",
          "runs again",
          Duration.ofSeconds(1),
          s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 1);
      assertThat(node.status("a").getPodIp()).isEqualTo(address);
      ContainerStateTerminated last = node.container("a").getLastState().getTerminated();
      assertThat(last.getExitCode()).isEqualTo(137);
      assertThat(last.getSignal()).isEqualTo(9);
      assertThat(last.getReason()).isEqualTo("Error");
      assertThat(node.containers("a")).hasSize(2);
    });
  }

  private static ContainerRef ref(String pod, int attempt) {
    return new ContainerRef("default", pod, pod + "-uid", "web", attempt);
  }

  @Test
  void aRemovedContainerIsReplacedEvenWithoutAnEvent() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      node.engine.remove(ref("a", 0));
      node.until("a", "was replaced", s -> TestNode.first(s).getRestartCount() == 1);
      assertThat(node.running("a")).hasSize(1);
    });
  }

  @Test
  void aRenamedContainerGetsItsNameBack() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      String id = node.running("a").getFirst().id();
      node.engine.renameOutside(ref("a", 0));
      node.simulation.eventually(
          "the name is back",
          Duration.ofSeconds(5),
          () -> node.containers("a").stream().noneMatch(c -> c.renamed()));
      assertThat(node.running("a")).singleElement().matches(c -> c.id().equals(id));
      assertThat(node.container("a").getRestartCount()).isZero();
    });
  }

  @Test
  void aCrashingContainerBacksOffAsKubernetesDoes() {
    on(node -> {
      Pod.Builder pod = Pods.ordered("a", "run-for", "1s");
      pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-exit-code", "3");
      node.api.put(pod.build());
      node.until("a", "waits", s -> waits(TestNode.first(s), "CrashLoopBackOff"));
      // The first restart came at once.
      assertThat(node.container("a").getRestartCount()).isEqualTo(1);
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo("back-off 10s restarting failed container=web pod=a_default(a-uid)");
      assertThat(node.container("a").getLastState().getTerminated().getExitCode()).isEqualTo(3);
      assertThat(node.status("a").getPhase()).isEqualTo("Running");
      Duration before = node.simulation.elapsed();
      node.until("a", "third run", s -> TestNode.first(s).getRestartCount() == 2);
      Duration waited = node.simulation.elapsed().minus(before);
      assertThat(waited).isBetween(Duration.ofMillis(9500), Duration.ofMillis(10500));
      node.until(
          "a",
          "long wait",
          Duration.ofMinutes(30),
          s -> TestNode.first(s).getState().getWaiting().getMessage().startsWith("back-off 5m0s"));
      assertThat(node.containers("a")).hasSizeLessThanOrEqualTo(2);
    });
  }

  private static boolean waits(ContainerStatus status, String reason) {
    return status.getState().getWaiting().getReason().equals(reason);
  }

  @Test
  void tenMinutesOfRunningResetTheBackOff() {
    on(node -> {
      node.api.put(Pods.ordered("a", "run-for", "11m").build());
      for (int restarts = 1; restarts <= 3; restarts++) {
        int expected = restarts;
        node.until(
            "a",
            "restart " + restarts,
            Duration.ofMinutes(12),
            s ->
                s.getContainerStatusesCount() > 0
                    && TestNode.first(s).getRestartCount() == expected);
      }
      assertThat(node.simulation.elapsed()).isLessThan(Duration.ofSeconds(33 * 60 + 5));
    });
  }

  @Test
  void restartPoliciesDecideTheEnd() {
    on(node -> {
      node.api.put(policy(Pods.ordered("ok", "run-for", "1s"), "OnFailure"));
      Pod.Builder bad = Pods.ordered("bad", "run-for", "1s");
      bad.getMetadataBuilder().putAnnotations("capstan.dev/simulate-exit-code", "2");
      node.api.put(policy(bad, "Never"));
      node.until("ok", "succeeds", s -> s.getPhase().equals("Succeeded"));
      node.until("bad", "fails", s -> s.getPhase().equals("Failed"));
      assertThat(node.container("ok").getState().getTerminated().getReason())
          .isEqualTo("Completed");
      assertThat(node.container("bad").getState().getTerminated().getExitCode()).isEqualTo(2);
      assertThat(Conditions.find(node.status("ok").getConditionsList(), "Ready"))
          .hasValueSatisfying(c -> assertThat(c.getReason()).isEqualTo("PodCompleted"));
      node.pass(Duration.ofMinutes(1));
      assertThat(node.running("ok")).isEmpty();
      assertThat(node.containers("ok")).hasSize(1);
    });
  }

  @Test
  void outOfMemoryIsSaid() {
    on(node -> {
      Pod.Builder pod = Pods.ordered("a", "run-for", "1s");
      pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-oom", "true");
      node.api.put(policy(pod, "Never"));
      node.until("a", "fails", s -> s.getPhase().equals("Failed"));
      assertThat(node.container("a").getState().getTerminated().getReason()).isEqualTo("OOMKilled");
    });
  }

  @Test
  void aMissingImageIsFirstAnErrorThenABackOffWithTheEnginesWords() {
    on(node -> {
      node.api.put(with(Pods.pod("a"), c -> c.setImage("localhost/none:missing")));
      node.until("a", "fails", s -> waits(TestNode.first(s), "ErrImagePull"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo("manifest for localhost/none:missing not found");
      node.until("a", "backs off", s -> waits(TestNode.first(s), "ImagePullBackOff"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .contains("manifest for localhost/none:missing not found");
      assertThat(node.status("a").getPhase()).isEqualTo("Pending");
    });
  }

  @Test
  void anImageThatMustNotBePulledIsSaid() {
    on(node -> {
      node.api.put(
          with(
              Pods.pod("a"),
              c -> c.setImage("localhost/none:missing").setImagePullPolicy("Never")));
      node.until("a", "says so", s -> waits(TestNode.first(s), "ErrImageNeverPull"));
    });
  }

  @Test
  void aCommandThatCannotBeRunCountsAsARun() {
    on(node -> {
      node.api.put(Pods.ordered("a", "start", "fail").build());
      node.until("a", "crashes", s -> waits(TestNode.first(s), "CrashLoopBackOff"));
      ContainerStateTerminated last = node.container("a").getLastState().getTerminated();
      assertThat(last.getReason()).isEqualTo("ContainerCannotRun");
      assertThat(last.getMessage()).contains("/missing");
      assertThat(last.getExitCode()).isEqualTo(127);
    });
  }

  private static EnvVar fromMap(String name) {
    return EnvVar.newBuilder()
        .setName("MODE")
        .setValueFrom(
            EnvVarSource.newBuilder()
                .setConfigMapKeyRef(KeySelector.newBuilder().setName(name).setKey("mode")))
        .build();
  }

  @Test
  void aMissingConfigMapIsSaidAndWaitedFor() {
    on(node -> {
      node.api.put(with(Pods.pod("a"), c -> c.addEnv(fromMap("settings"))));
      node.until("a", "waits", s -> waits(TestNode.first(s), "CreateContainerConfigError"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo("configmap \"settings\" not found");
      node.api.configMaps.put("settings", ConfigMap.newBuilder().putData("mode", "x").build());
      node.untilReady("a");
    });
  }

  private static Probe tcp() {
    return Probe.newBuilder()
        .setTcpSocket(TCPSocketAction.newBuilder())
        .setPeriodSeconds(1)
        .setFailureThreshold(2)
        .build();
  }

  @Test
  void readinessFollowsTheProbe() {
    on(node -> {
      Pod.Builder pod = Pods.ordered("a", "ready-after", "5s");
      pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-unready-after", "20s");
      node.api.put(with(pod, c -> c.setReadinessProbe(tcp())));
      node.until("a", "runs", s -> s.getPhase().equals("Running"));
      assertThat(node.container("a").getReady()).isFalse();
      node.untilReady("a");
      assertThat(node.simulation.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
      node.until("a", "is unready", s -> !TestNode.ready(s));
      assertThat(node.running("a")).hasSize(1);
      assertThat(node.container("a").getRestartCount()).isZero();
      assertThat(node.api.events).contains("Unhealthy: Readiness probe failed: simulated failure");
    });
  }

  @Test
  void aContainerThatIsNotAliveIsKilledAndRestarted() {
    on(node -> {
      node.api.put(
          with(Pods.ordered("a", "unhealthy-after", "5s"), c -> c.setLivenessProbe(tcp())));
      node.until("a", "was restarted", s -> TestNode.first(s).getRestartCount() == 1);
      assertThat(node.api.events)
          .contains(
              "Unhealthy: Liveness probe failed: simulated failure",
              "Killing: Container web failed liveness probe, will be restarted");
    });
  }

  @Test
  void deletionStopsGracefullyAndLeavesNothing() {
    on(node -> {
      node.api.put(Pods.ordered("a", "stop-delay", "3s").build());
      node.untilReady("a");
      Duration asked = node.simulation.elapsed();
      node.api.askDelete("a", 30, node.simulation.seam().clock().now());
      node.simulation.eventually("a is gone", Duration.ofSeconds(30), () -> !node.api.has("a"));
      assertThat(node.simulation.elapsed().minus(asked))
          .isBetween(Duration.ofSeconds(3), Duration.ofMillis(3600));
      assertThat(node.containers("a")).isEmpty();
      assertThat(node.manager.count()).isZero();
      assertThat(
              node.api
                  .statuses
                  .getLast()
                  .getContainerStatuses(0)
                  .getState()
                  .getTerminated()
                  .getExitCode())
          .isZero();
    });
  }

  @Test
  void whatDoesNotEndInTimeIsKilled() {
    on(node -> {
      node.api.put(Pods.ordered("a", "stop-delay", "1h").build());
      node.untilReady("a");
      Duration asked = node.simulation.elapsed();
      node.api.askDelete("a", 2, node.simulation.seam().clock().now());
      node.simulation.eventually("a is gone", Duration.ofSeconds(30), () -> !node.api.has("a"));
      assertThat(node.simulation.elapsed().minus(asked))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
      assertThat(
              node.api
                  .statuses
                  .getLast()
                  .getContainerStatuses(0)
                  .getState()
                  .getTerminated()
                  .getExitCode())
          .isEqualTo(137);
    });
  }

  @Test
  void aForcedDeletionStopsTheContainerToo() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      node.api.force("a");
      node.simulation.eventually(
          "nothing is left", Duration.ofSeconds(10), () -> node.containers("a").isEmpty());
    });
  }

  @Test
  void aServerOfAnotherClusterCannotTakePodsAway() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      node.api.cluster = "cluster-2";
      node.api.force("a");
      node.pass(Duration.ofMinutes(5));
      assertThat(node.running("a")).hasSize(1);
      node.api.cluster = "cluster-1";
      node.simulation.eventually(
          "it is removed", Duration.ofSeconds(30), () -> node.containers("a").isEmpty());
    });
  }

  @Test
  void aPodRecreatedUnderItsNameIsAnotherPod() {
    on(node -> {
      node.api.put(Pods.ordered("a", "stop-delay", "5s").build());
      node.untilReady("a");
      node.api.force("a");
      Pod.Builder second = Pods.pod("a");
      second.getMetadataBuilder().setUid("a-second");
      node.api.put(second.build());
      node.untilReady("a");
      assertThat(node.api.get("a").getMetadata().getUid()).isEqualTo("a-second");
      node.pass(Duration.ofSeconds(30));
      assertThat(node.containers("a"))
          .singleElement()
          .matches(c -> c.ref().podUid().equals("a-second"));
      assertThat(node.container("a").getReady()).isTrue();
      assertThat(node.status("a").getPodIp()).isEqualTo("10.88.0.3");
    });
  }

  @Test
  void aChangedImageReplacesTheContainer() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      Pod changed =
          with(node.api.get("a").toBuilder(), c -> c.setImage("localhost/capstan/hello:2"));
      node.api.put(changed);
      node.until(
          "a",
          "runs the new image",
          s ->
              TestNode.ready(s)
                  && TestNode.first(s).getImage().equals("localhost/capstan/hello:2"));
      assertThat(node.running("a")).singleElement().matches(c -> c.ref().attempt() == 1);
    });
  }

  @Test
  void whatDoesNotFitIsRejected() {
    Simulation.run(
        7,
        simulation -> {
          TestNode node = new TestNode(simulation, new Admission.Allocatable(1000, 1 << 30, 2));
          node.api.put(
              with(Pods.pod("a"), c -> c.getResourcesBuilder().putRequests("cpu", "700m")));
          node.untilReady("a");
          node.api.put(
              with(Pods.pod("b"), c -> c.getResourcesBuilder().putRequests("cpu", "400m")));
          node.until("b", "is rejected", s -> s.getPhase().equals("Failed"));
          assertThat(node.status("b").getReason()).isEqualTo("OutOfcpu");
          assertThat(node.status("b").getMessage())
              .contains("cpu, requested: 400, used: 700, capacity: 1000");
          node.api.put(Pods.pod("c").build());
          node.untilReady("c");
          node.api.put(Pods.pod("d").build());
          node.until("d", "is rejected", s -> s.getReason().equals("OutOfpods"));
          assertThat(node.containers("b")).isEmpty();
        });
  }

  @Test
  void aHostPortIsGivenAwayOnce() {
    on(node -> {
      Consumer<Container.Builder> port =
          c -> c.addPorts(ContainerPort.newBuilder().setContainerPort(80).setHostPort(8080));
      node.api.put(with(Pods.pod("a"), port));
      node.untilReady("a");
      node.api.put(with(Pods.pod("b"), port));
      node.until("b", "is rejected", s -> s.getReason().equals("HostPortConflict"));
    });
  }

  @Test
  void aStatusIsNotLostWhileTheServerIsDown() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      node.api.down = true;
      node.engine.killOutside(ref("a", 0), 1);
      node.pass(Duration.ofSeconds(20));
      assertThat(node.running("a")).hasSize(1);
      node.api.down = false;
      node.until(
          "a", "is told", s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 1);
    });
  }

  @Test
  void somebodyElsesStatusIsPutRight() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      Pod.Builder wrong = node.api.get("a").toBuilder();
      wrong.getStatusBuilder().getConditionsBuilder(1).setStatus("False");
      node.api.put(wrong.build());
      node.until("a", "is put right", s -> Conditions.isTrue(s.getConditionsList(), "Ready"));
    });
  }
}
