package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.policy;
import static dev.capstan.kubelet.pod.Pods.ref;
import static dev.capstan.kubelet.pod.Pods.tcp;
import static dev.capstan.kubelet.pod.Pods.with;
import static dev.capstan.kubelet.pod.TestNode.on;
import static dev.capstan.kubelet.pod.TestNode.waits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Containers that end and are made again, on a simulated engine and in simulated time. */
class PodRestartTest {

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
}
