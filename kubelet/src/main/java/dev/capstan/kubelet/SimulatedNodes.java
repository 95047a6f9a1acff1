package dev.capstan.kubelet;

import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.node.HostFacts;
import dev.capstan.kubelet.node.NodeMemory;
import dev.capstan.kubelet.node.NodeProfile;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.simulated.SimulatedProber;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes without machines: everything of a kubelet but the engine is real.
 *
 * @param prefix they are called prefix-0, prefix-1, …
 * @param count how many
 * @param startDelay what a container takes to start on average
 * @param allocatable what each has
 * @param range what their ranges, /24 each, are cut from
 */
public record SimulatedNodes(
    String prefix,
    int count,
    Duration startDelay,
    Admission.Allocatable allocatable,
    AddressRange range) {

  /** Up to 32,768 nodes. */
  public static final String RANGE = "10.128.0.0/9";

  /** Nodes of 32 cores, 64 GiB and 110 pods whose containers start at once. */
  public static SimulatedNodes of(String prefix, int count) {
    return new SimulatedNodes(
        prefix,
        count,
        Duration.ZERO,
        new Admission.Allocatable(32_000, 64L << 30, 110),
        AddressRange.parse(RANGE));
  }

  /** The plans of the nodes, each with an engine of its own. */
  public List<NodePlan> plans(Seam seam) {
    List<NodePlan> plans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      plans.add(plan(i, new SimulatedRuntime(seam, startDelay)));
    }
    return plans;
  }

  /**
   * The plan of one node.
   *
   * @param engine its engine, which outlives the kubelet that uses it
   */
  public NodePlan plan(int index, SimulatedRuntime engine) {
    NodeProfile profile =
        new NodeProfile(
            prefix + "-" + index,
            range.part(index, 24),
            "127.0.0.1",
            allocatable,
            NodeSystemInfo.newBuilder()
                .setKubeletVersion("v" + ConnectionOptions.VERSION)
                .setOsImage("simulated")
                .setOperatingSystem("linux")
                .setArchitecture(HostFacts.architecture())
                .build(),
            true);
    return new NodePlan(
        profile,
        "simulated",
        identity -> engine,
        runtime -> new SimulatedProber(engine),
        NodeMemory.ofProcess(),
        null);
  }
}
