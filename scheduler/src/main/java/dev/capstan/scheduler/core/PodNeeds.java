package dev.capstan.scheduler.core;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything any filter or score reads of a pod. Pods with equal needs form a class and are
 * evaluated once, so whatever a new plugin reads must be added here and, unless the spec says it,
 * to {@link SchedulingCore#isSame}.
 *
 * @param cpuMillis requested thousandths of a core
 * @param memoryBytes requested bytes
 * @param nodeSelector labels the node must have
 * @param tolerations taints the pod puts up with
 * @param hostPorts ports of the node it wants
 * @param owner uid of the controller, by which pods are spread; empty for a pod of its own
 * @param priority higher goes first
 */
public record PodNeeds(
    long cpuMillis,
    long memoryBytes,
    Map<String, String> nodeSelector,
    List<Toleration> tolerations,
    List<HostPort> hostPorts,
    String owner,
    int priority) {

  /**
   * What scoring assumes of a pod that requests no CPU, as kube-scheduler does
   * (util/pod_resources.go).
   */
  private static final long DEFAULT_CPU_MILLIS = 100;

  /** What scoring assumes of a pod that requests no memory, as kube-scheduler does. */
  private static final long DEFAULT_MEMORY_BYTES = 200L << 20;

  /** Reads them off a pod. */
  public static PodNeeds of(Pod pod) {
    long cpu = 0;
    long memory = 0;
    List<HostPort> ports = new ArrayList<>();
    for (Container container : pod.getSpec().getContainersList()) {
      cpu += request(container.getResources(), WellKnown.RESOURCE_CPU).millis();
      memory += request(container.getResources(), WellKnown.RESOURCE_MEMORY).units();
      addHostPorts(container, ports);
    }
    return new PodNeeds(
        cpu,
        memory,
        selector(pod.getSpec().getNodeSelectorMap()),
        pod.getSpec().getTolerationsList(),
        List.copyOf(ports),
        owner(pod),
        pod.getSpec().getPriority());
  }

  private static Map<String, String> selector(Map<String, String> labels) {
    return labels.isEmpty() ? Map.of() : new TreeMap<>(labels);
  }

  private static Quantity request(ResourceRequirements resources, String name) {
    String limit = resources.getLimitsOrDefault(name, "");
    String request = resources.getRequestsOrDefault(name, limit);
    return request.isEmpty() ? Quantity.ZERO : Quantity.parse(request);
  }

  private static void addHostPorts(Container container, List<HostPort> ports) {
    for (ContainerPort port : container.getPortsList()) {
      if (port.getHostPort() > 0) {
        String protocol = port.getProtocol().isEmpty() ? "TCP" : port.getProtocol();
        ports.add(new HostPort(port.getHostPort(), protocol, port.getHostIp()));
      }
    }
  }

  private static String owner(Pod pod) {
    for (OwnerReference reference : pod.getMetadata().getOwnerReferencesList()) {
      if (reference.getController()) {
        return reference.getUid();
      }
    }
    return "";
  }

  /** CPU for scoring: a pod that asks for nothing still uses something. */
  long scoredCpuMillis() {
    return cpuMillis == 0 ? DEFAULT_CPU_MILLIS : cpuMillis;
  }

  /** Memory for scoring. */
  long scoredMemoryBytes() {
    return memoryBytes == 0 ? DEFAULT_MEMORY_BYTES : memoryBytes;
  }
}
