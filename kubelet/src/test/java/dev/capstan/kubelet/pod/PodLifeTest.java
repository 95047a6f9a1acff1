package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.ref;
import static dev.capstan.kubelet.pod.Pods.tcp;
import static dev.capstan.kubelet.pod.Pods.with;
import static dev.capstan.kubelet.pod.TestNode.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A pod that lives and what is told of it, on a simulated engine and in simulated time. */
class PodLifeTest {

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
