package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.api.v1.Taint;
import dev.capstan.kubelet.runtime.AddressRange;
import org.junit.jupiter.api.Test;

/** What {@code run --simulated} goes by. */
class SimulatedNodeTest {

  private static Node node(boolean simulated) {
    return node("n1", simulated);
  }

  private static Node node(String name, boolean simulated) {
    return new NodeProfile(
            name,
            AddressRange.parse("10.88.0.0/24"),
            "127.0.0.1",
            new Admission.Allocatable(1000, 1L << 30, 110),
            NodeSystemInfo.getDefaultInstance(),
            simulated)
        .node();
  }

  @Test
  void aSimulatedNodeIsTaintedAndCanBeSelected() {
    assertThat(node(true).getMetadata().getLabelsMap())
        .containsEntry("capstan.dev/simulated", "true");
    assertThat(node(true).getSpec().getTaintsList())
        .extracting(Taint::getKey, Taint::getEffect)
        .containsExactly(tuple("capstan.dev/simulated", "NoSchedule"));
  }

  @Test
  void aLongNameIsCutToFitIntoALabel() {
    String name = "n".repeat(62) + ".example.com";
    assertThat(node(name, false).getMetadata().getName()).isEqualTo(name);
    assertThat(node(name, false).getMetadata().getLabelsMap())
        .containsEntry("kubernetes.io/hostname", "n".repeat(62));
  }

  @Test
  void aRealNodeIsNeither() {
    assertThat(node(false).getMetadata().getLabelsMap()).doesNotContainKey("capstan.dev/simulated");
    assertThat(node(false).getSpec().getTaintsList()).isEmpty();
  }
}
