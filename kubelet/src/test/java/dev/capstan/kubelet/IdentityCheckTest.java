package dev.capstan.kubelet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kubelet.node.NodeMemory;
import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kubelet that is not who it was on this machine does not begin. */
class IdentityCheckTest {

  @TempDir Path data;

  private NodePlan plan(String name) {
    NodePlan plan =
        SimulatedNodes.of(name, 1).plan(0, new SimulatedRuntime(Seam.system(), Duration.ZERO));
    return new NodePlan(
        plan.profile(),
        plan.engine(),
        plan.runtimes(),
        plan.probers(),
        NodeMemory.inFolder(data),
        data);
  }

  private void remember(String name) throws Exception {
    new NodeState("c1", name, List.of("u1")).write(data);
  }

  @Test
  void aNewNodeAndTheSameNodeBegin() throws Exception {
    assertThatCode(() -> IdentityCheck.check(plan("a"), "c1")).doesNotThrowAnyException();
    remember("a-0");
    assertThatCode(() -> IdentityCheck.check(plan("a"), "c1")).doesNotThrowAnyException();
  }

  @Test
  void anotherNameIsRefusedWithBothNamesAndTheWayOut() throws Exception {
    remember("a-0");
    assertThatThrownBy(() -> IdentityCheck.check(plan("b"), "c1"))
        .isInstanceOf(IdentityChanged.class)
        .hasMessage(
            "this kubelet was node \"a-0\" and is to be node \"b-0\" now: nothing is touched."
                + " To go on as before: --node-name=a-0. To make another node of this machine:"
                + " drain and delete node a-0, then capstan-kubelet --cleanup --data "
                + data
                + ", which removes its containers and network");
  }

  @Test
  void afterACleanUpItMayBeAnotherNode() throws Exception {
    remember("a-0");
    NodeState.forget(data);
    assertThatCode(() -> IdentityCheck.check(plan("b"), "c1")).doesNotThrowAnyException();
  }

  @Test
  void aStateOfBeforeNamesWereRememberedIsNoReasonToRefuse() throws Exception {
    remember("");
    assertThatCode(() -> IdentityCheck.check(plan("b"), "c1")).doesNotThrowAnyException();
  }
}
