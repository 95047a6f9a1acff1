package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.tcp;
import static dev.capstan.kubelet.pod.Pods.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Probe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of probes becomes an event, on a simulated engine and in simulated time. */
class PodProbesTest {

  private static final Probe READINESS =
      tcp().toBuilder()
          .setPeriodSeconds(2)
          .setFailureThreshold(3)
          .setInitialDelaySeconds(1)
          .build();

  private static List<String> unhealthy(TestNode node) {
    return node.api.events.stream().filter(event -> event.startsWith("Unhealthy")).toList();
  }

  private static Pod starting(String readyAfter) {
    return with(
        Pods.ordered("a", "ready-after", readyAfter),
        c -> c.setReadinessProbe(READINESS).setLivenessProbe(tcp()));
  }

  @Test
  void aHealthyStartLogsNothing() {
    TestNode.on(node -> {
      node.api.put(starting("5s"));
      node.untilReady("a");
      node.pass(Duration.ofMinutes(1));
      assertThat(unhealthy(node)).isEmpty();
    });
  }

  @Test
  void oneThatIsLateIsToldAfterTheDelayAndOneThreshold() {
    TestNode.on(node -> {
      node.api.put(starting("1000s"));
      node.pass(Duration.ofSeconds(6));
      assertThat(unhealthy(node)).isEmpty();
      node.pass(Duration.ofSeconds(4));
      assertThat(unhealthy(node))
          .isNotEmpty()
          .allMatch("Unhealthy: Readiness probe failed: simulated failure"::equals);
      node.pass(Duration.ofSeconds(20));
      // Once a period.
      assertThat(unhealthy(node)).hasSizeBetween(9, 14);
    });
  }

  @Test
  void oneThatWasReadyIsToldAtOnce() {
    TestNode.on(node -> {
      node.api.put(
          with(Pods.ordered("a", "unready-after", "10s"), c -> c.setReadinessProbe(READINESS)));
      node.untilReady("a");
      node.pass(Duration.ofSeconds(12));
      assertThat(unhealthy(node)).isNotEmpty();
    });
  }
}
