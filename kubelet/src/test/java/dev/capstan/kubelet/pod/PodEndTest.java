package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.TestNode.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a pod goes, on a simulated engine and in simulated time. */
class PodEndTest {

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
  void whatTheCacheHasLostAndNobodyCanAskForIsKept() {
    on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      node.api.down = true;
      node.api.force("a");
      node.pass(Duration.ofMinutes(5));
      assertThat(node.running("a")).hasSize(1);
      assertThat(node.api.events).contains("FailedSync: API server: down");
      assertThat(node.api.events.stream().filter(e -> e.startsWith("FailedSync")).count())
          .as("every ten seconds at the most")
          .isBetween(20L, 40L);
      node.api.down = false;
      node.simulation.eventually(
          "nothing is left", Duration.ofSeconds(20), () -> node.containers("a").isEmpty());
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
}
