package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kubelet is killed at every single call to its engine, before it and after it, and started
 * again: containers keep running, none is doubled, none is left behind.
 */
class KubeletCrashTest {

  /** More calls than the scenario makes. */
  private static final int ENOUGH = 200;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedAtAnyCallTheNextKubeletGoesOn(boolean after) {
    int at = 0;
    while (crashedAt(at, after)) {
      at++;
      assertThat(at).isLessThan(ENOUGH);
    }
    // The scenario has at least a create, a start, signals and removals to be killed at.
    assertThat(at).isGreaterThan(20);
  }

  /** Plays the scenario; returns false if it has fewer calls. */
  private static boolean crashedAt(int at, boolean after) {
    boolean[] crashed = new boolean[1];
    Simulation.run(at, simulation -> crashed[0] = scenario(simulation, at, after));
    return crashed[0];
  }

  private static boolean scenario(Simulation simulation, int at, boolean after)
      throws InterruptedException {
    TestNode node = new TestNode(simulation);
    node.kill();
    boolean[] dead = new boolean[1];
    node.start(engine ->
        new CrashingRuntime(
            engine,
            () -> {
              dead[0] = true;
              node.kill();
            },
            at,
            after));
    simulation.seam().threads().start("restarter", () -> restartOnce(simulation, node, dead));
    node.api.put(Pods.pod("stays").build());
    node.api.put(Pods.pod("goes").build());
    node.untilReady("stays");
    node.untilReady("goes");
    String id = node.running("stays").getFirst().id();
    int restarts = node.container("stays").getRestartCount();
    node.api.askDelete("goes", 5, simulation.seam().clock().now());
    simulation.eventually("goes is gone", Duration.ofSeconds(60), () -> !node.api.has("goes"));
    node.pass(Duration.ofSeconds(30));

    List<ContainerSummary> left = node.engine.list();
    assertThat(left)
        .as("killed at call %s, after it: %s", at, after)
        .singleElement()
        .satisfies(c -> {
          assertThat(c.running()).isTrue();
          assertThat(c.ref().pod()).isEqualTo("stays");
          assertThat(c.id()).as("it kept running").isEqualTo(id);
        });
    assertThat(node.container("stays").getReady()).isTrue();
    assertThat(node.container("stays").getRestartCount()).isEqualTo(restarts).isZero();
    return dead[0];
  }

  private static void restartOnce(Simulation simulation, TestNode node, boolean[] dead) {
    try {
      while (!dead[0]) {
        simulation.seam().clock().sleep(Duration.ofMillis(50));
      }
      simulation.seam().clock().sleep(Duration.ofSeconds(1));
      node.start();
    } catch (InterruptedException e) {
      return; // The simulation is over.
    }
  }

  @Test
  void aContainerWhosePodWasDeletedMeanwhileIsAnOrphanAndGoes() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          node.kill();
          node.api.force("a");
          node.start();
          simulation.eventually(
              "the orphan is gone", Duration.ofSeconds(15), () -> node.engine.list().isEmpty());
        });
  }

  @Test
  void withoutAnAnswerFromTheApiNothingIsAnOrphan() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          node.kill();
          node.api.pods.clear();
          node.api.down = true;
          node.start();
          node.pass(Duration.ofMinutes(5));
          assertThat(node.engine.list()).hasSize(1);
          node.api.down = false;
          node.api.cluster = "";
          node.pass(Duration.ofMinutes(5));
          assertThat(node.engine.list()).as("an empty cluster id").hasSize(1);
          node.api.cluster = "cluster-2";
          node.pass(Duration.ofMinutes(5));
          assertThat(node.engine.list()).as("another cluster").hasSize(1);
        });
  }

  /** As after a start under another name: the pod is there, only not on "this" node. */
  @Test
  void aContainerWhosePodIsBoundToAnotherNodeStays() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          node.kill();
          Pod elsewhere = node.api.get("a");
          node.api.put(
              elsewhere.toBuilder()
                  .setSpec(elsewhere.getSpec().toBuilder().setNodeName("node-2"))
                  .build());
          Pod theirs = node.api.get("a");
          node.api.pods.clear(); // The kubelet's own watch does not show it.
          node.start();
          node.api.pods.put("default/a", theirs);
          node.pass(Duration.ofMinutes(5));
          assertThat(node.running("a")).hasSize(1);
        });
  }

  /** The API was never told of the old pod's address, and the new pod is looked at first. */
  @Test
  void aNewPodDoesNotGetTheAddressOfOneThatIsAdoptedLater() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("old").build());
          node.untilReady("old");
          String address = node.running("old").getFirst().address();
          node.kill();
          node.api.put(node.api.get("old").toBuilder().clearStatus().build());
          node.api.put(Pods.pod("new").build());
          node.start();
          node.untilReady("new");
          node.untilReady("old");
          assertThat(node.api.get("old").getStatus().getPodIp()).isEqualTo(address);
          assertThat(node.running("old").getFirst().address()).isEqualTo(address);
          assertThat(node.api.get("new").getStatus().getPodIp()).isNotEqualTo(address);
          assertThat(node.container("old").getRestartCount()).isZero();
        });
  }

  @Test
  void anAdoptedContainerStaysReadyAndIsNotRestarted() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          int told = node.api.statuses.size();
          node.kill();
          node.start();
          node.pass(Duration.ofSeconds(30));
          assertThat(node.api.statuses).hasSize(told);
          assertThat(node.container("a").getRestartCount()).isZero();
        });
  }

  @Test
  void aContainerThatEndedWhileNobodyLookedIsRestarted() {
    Simulation.run(
        3,
        simulation -> {
          TestNode node = new TestNode(simulation);
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          node.kill();
          node.engine.killOutside(node.running("a").getFirst().ref(), 9);
          node.start();
          node.until(
              "a",
              "runs again",
              s -> TestNode.ready(s) && TestNode.first(s).getRestartCount() == 1);
          assertThat(node.container("a").getLastState().getTerminated().getExitCode()).isEqualTo(9);
        });
  }
}
