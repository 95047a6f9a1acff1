package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.capstan.api.Conditions;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.kubelet.runtime.AddressRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status of a node. */
class NodeStatusesTest {

  private static final Timestamp T1 = Timestamp.newBuilder().setSeconds(1000).build();
  private static final Timestamp T2 = Timestamp.newBuilder().setSeconds(2000).build();

  private final NodeProfile profile =
      new NodeProfile(
          "n1",
          AddressRange.parse("10.88.0.0/22"),
          "192.0.2.7",
          new Admission.Allocatable(3500, 8L << 30, 110),
          NodeSystemInfo.newBuilder().setOperatingSystem("linux").setArchitecture("amd64").build(),
          false);

  private NodeStatus status(NodeHealth health, NodeStatus stored, Timestamp now) {
    return NodeStatuses.of(profile, health, stored, now);
  }

  private static Condition ready(NodeStatus status) {
    return Conditions.find(status.getConditionsList(), "Ready").orElseThrow();
  }

  @Test
  void aHealthyNodeIsReadyAndSaysWhatItHas() {
    NodeStatus status =
        status(NodeHealth.good("docker://20.10.24"), NodeStatus.getDefaultInstance(), T1);
    assertThat(ready(status).getStatus()).isEqualTo("True");
    assertThat(status.getConditionsList())
        .extracting(Condition::getType)
        .containsExactly("MemoryPressure", "DiskPressure", "Ready");
    assertThat(status.getCapacityMap())
        .containsEntry("cpu", "3500m")
        .containsEntry("memory", "8388608Ki")
        .containsEntry("pods", "110");
    assertThat(status.getNodeInfo().getContainerRuntimeVersion()).isEqualTo("docker://20.10.24");
  }

  @Test
  void nothingNewIsNoNewStatus() {
    NodeHealth health = NodeHealth.good("docker://20.10.24");
    NodeStatus first = status(health, NodeStatus.getDefaultInstance(), T1);
    assertThat(status(health, first, T2)).isEqualTo(first);
  }

  @Test
  void anEngineThatDoesNotAnswerMakesItNotReadyAndIsRemembered() {
    NodeStatus good =
        status(NodeHealth.good("docker://20.10.24"), NodeStatus.getDefaultInstance(), T1);
    NodeStatus bad =
        status(
            new NodeHealth(
                "",
                "the engine did not answer ping within 10 s",
                new Pressure.None(),
                new Pressure.None()),
            good,
            T2);
    assertThat(ready(bad).getStatus()).isEqualTo("False");
    assertThat(ready(bad).getMessage())
        .isEqualTo("container engine: the engine did not answer ping within 10 s");
    assertThat(ready(bad).getLastTransitionTime()).isEqualTo(T2);
    assertThat(bad.getNodeInfo().getContainerRuntimeVersion()).isEqualTo("docker://20.10.24");
  }

  @Test
  void pressureIsSaid() {
    NodeStatus status =
        status(
            new NodeHealth(
                "docker://1",
                "",
                new Pressure.Present("1.0 % of the disk of /data is free"),
                new Pressure.None()),
            NodeStatus.getDefaultInstance(),
            T1);
    assertThat(Conditions.isTrue(status.getConditionsList(), "DiskPressure")).isTrue();
    assertThat(Conditions.isTrue(status.getConditionsList(), "MemoryPressure")).isFalse();
  }

  @Test
  void whatCannotBeFoundOutIsNotEnough(@TempDir Path folder) throws Exception {
    Path meminfo = folder.resolve("meminfo");
    Pressure missing = HostFacts.memoryPressure(meminfo);
    Files.writeString(meminfo, "MemTotal: 4000 kB\n");
    Pressure silent = HostFacts.memoryPressure(meminfo);
    assertThat(List.of(missing, silent)).allMatch(Pressure.Unknown.class::isInstance);

    NodeStatus status =
        status(
            new NodeHealth("docker://1", "", new Pressure.None(), silent),
            NodeStatus.getDefaultInstance(),
            T1);
    Condition memory = status.getConditions(0);
    assertThat(memory.getType()).isEqualTo("MemoryPressure");
    assertThat(memory.getStatus()).isEqualTo("Unknown");
    assertThat(memory.getReason()).isEqualTo("KubeletCannotTellMemory");
    assertThat(memory.getMessage()).isEqualTo(meminfo + " does not say what is available");
  }

  @Test
  void availableMemoryIsWhatLinuxSays(@TempDir Path folder) throws Exception {
    Path meminfo = folder.resolve("meminfo");
    Files.writeString(meminfo, "MemTotal:  99 kB\nMemAvailable:     102400 kB\n");
    assertThat(HostFacts.memoryPressure(meminfo)).isEqualTo(new Pressure.None());
    Files.writeString(meminfo, "MemAvailable:     102399 kB\n");
    assertThat(HostFacts.memoryPressure(meminfo))
        .isEqualTo(new Pressure.Present("99 MiB of memory are available"));
  }

  @Test
  void whatTheNodeLifecycleControllerWroteIsPutRight() {
    NodeHealth health = NodeHealth.good("docker://20.10.24");
    NodeStatus unknown =
        status(health, NodeStatus.getDefaultInstance(), T1).toBuilder()
            .setConditions(
                2,
                Condition.newBuilder()
                    .setType("Ready")
                    .setStatus("Unknown")
                    .setReason("NodeStatusUnknown"))
            .build();
    assertThat(ready(status(health, unknown, T2)).getStatus()).isEqualTo("True");
  }
}
