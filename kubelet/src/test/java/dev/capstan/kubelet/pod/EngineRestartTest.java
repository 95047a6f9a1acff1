package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engine does to containers when it ends and begins is no crash of theirs. */
class EngineRestartTest {

  private static FailingRuntime failing(TestNode node) {
    node.kill();
    FailingRuntime[] engine = new FailingRuntime[1];
    node.start(runtime -> engine[0] = new FailingRuntime(runtime));
    return engine[0];
  }

  /** The engine goes with its containers, and is back after a while. */
  private static void restart(TestNode node, FailingRuntime engine, int exitCode)
      throws InterruptedException {
    engine.goAway();
    node.engine.breakStreams();
    node.pass(Duration.ofSeconds(1));
    node.engine.list().stream()
        .filter(container -> container.running())
        .forEach(container -> node.engine.killOutside(container.ref(), exitCode));
    node.pass(Duration.ofSeconds(4));
    engine.heal();
  }

  @Test
  void allRunAgainAtOnceWithOneRestartEach() {
    TestNode.on(node -> {
      FailingRuntime engine = failing(node);
      for (String pod : List.of("a", "b", "c")) {
        node.api.put(Pods.pod(pod).build());
        node.untilReady(pod);
      }
      for (int restarts = 1; restarts <= 3; restarts++) {
        restart(node, engine, restarts == 1 ? 137 : 143);
        for (String pod : List.of("a", "b", "c")) {
          int expected = restarts;
          node.until(
              pod,
              "runs again",
              Duration.ofSeconds(5),
              s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == expected);
        }
      }
      assertThat(node.api.events).noneMatch(event -> event.startsWith("BackOff"));
    });
  }

  @Test
  void aContainerThatCrashedBeforeGoesOnWithItsBackOff() {
    TestNode.on(node -> {
      FailingRuntime engine = failing(node);
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      crash(node, 0);
      crash(node, 1); // The second waits for ten seconds.
      restart(node, engine, 137);
      node.until(
          "a",
          "runs again at once",
          Duration.ofSeconds(5),
          s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 3);
      node.pass(Duration.ofSeconds(10));
      node.engine.killOutside(ref("a", 3), 1);
      node.until(
          "a",
          "backs off",
          s -> TestNode.first(s).getState().getWaiting().getMessage().startsWith("back-off 20s"));
    });
  }

  private static void crash(TestNode node, int attempt) throws InterruptedException {
    node.engine.killOutside(ref("a", attempt), 1);
    node.until(
        "a",
        "runs after a crash",
        s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == attempt + 1);
  }

  @Test
  void anEngineThatComesAndGoesIsNoExcuseForACrashLoop() {
    TestNode.on(node -> {
      Pod.Builder pod = Pods.ordered("a", "run-for", "1s");
      pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-exit-code", "1");
      node.api.put(pod.build());
      for (int i = 0; i < 200; i++) {
        node.engine.breakStreams();
        node.pass(Duration.ofSeconds(3));
      }
      // In ten minutes: three that are forgiven, and after 0, 10, 20, 40, 80, 160, 300 s.
      assertThat(node.container("a").getRestartCount()).isBetween(6, 11);
    });
  }

  @Test
  void aContainerThatWentWithTheMachineStartsAtOnce() {
    TestNode.on(node -> {
      node.api.put(Pods.pod("a").build());
      node.untilReady("a");
      crash(node, 0);
      node.kill();
      node.engine.killOutside(ref("a", 1), 255);
      node.pass(Duration.ofMinutes(1));
      node.start();
      node.until(
          "a",
          "runs again at once",
          Duration.ofSeconds(2),
          s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 2);
    });
  }
}
