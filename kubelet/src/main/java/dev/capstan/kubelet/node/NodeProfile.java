package dev.capstan.kubelet.node;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeAddress;
import dev.capstan.api.v1.NodeSpec;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Taint;
import dev.capstan.kubelet.runtime.AddressRange;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node is, as far as it does not change while the kubelet runs.
 *
 * @param name of the node
 * @param range of its pods' addresses
 * @param address of the node
 * @param allocatable what pods may use
 * @param system versions and identity
 * @param simulated whether there is no machine behind it
 */
public record NodeProfile(
    String name,
    AddressRange range,
    String address,
    Admission.Allocatable allocatable,
    NodeSystemInfo system,
    boolean simulated) {

  private static final int MOST_IN_LABEL = 63;

  /** The object to register. */
  public Node node() {
    NodeSpec.Builder spec = NodeSpec.newBuilder().setPodCidr(range.toString());
    if (simulated) {
      spec.addTaints(
          Taint.newBuilder()
              .setKey(WellKnown.TAINT_SIMULATED)
              .setValue("true")
              .setEffect("NoSchedule"));
    }
    return Node.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name).putAllLabels(labels()))
        .setSpec(spec)
        .build();
  }

  /** The labels a node has whatever else it is given. */
  public SortedMap<String, String> labels() {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put(WellKnown.LABEL_HOSTNAME, labelValue(name));
    labels.put(WellKnown.LABEL_OS, system.getOperatingSystem());
    labels.put(WellKnown.LABEL_ARCH, system.getArchitecture());
    if (simulated) {
      labels.put(WellKnown.LABEL_SIMULATED, "true");
    }
    return labels;
  }

  /** A name as the value of a label: at most 63 characters, the last of them a letter or digit. */
  private static String labelValue(String name) {
    int end = Math.min(name.length(), MOST_IN_LABEL);
    while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == '-')) {
      end--;
    }
    return name.substring(0, end);
  }

  /** The part of the status that does not change, but for what the engine says of itself. */
  public NodeStatus.Builder status(String containerRuntimeVersion) {
    Map<String, String> resources = resources();
    return NodeStatus.newBuilder()
        .putAllCapacity(resources)
        .putAllAllocatable(resources)
        .addAddresses(NodeAddress.newBuilder().setType("InternalIP").setAddress(address))
        .addAddresses(NodeAddress.newBuilder().setType("Hostname").setAddress(name))
        .setNodeInfo(system.toBuilder().setContainerRuntimeVersion(containerRuntimeVersion));
  }

  private Map<String, String> resources() {
    Map<String, String> resources = new TreeMap<>();
    long millis = allocatable.cpuMillis();
    resources.put(
        WellKnown.RESOURCE_CPU, millis % 1000 == 0 ? Long.toString(millis / 1000) : millis + "m");
    resources.put(WellKnown.RESOURCE_MEMORY, allocatable.memoryBytes() / 1024 + "Ki");
    resources.put(WellKnown.RESOURCE_PODS, Integer.toString(allocatable.pods()));
    return resources;
  }
}
