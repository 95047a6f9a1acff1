package dev.capstan.e2e.sim.check;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pod takes of a node. Written down here once more on purpose: the scheduler's own counting
 * is what is checked.
 *
 * @param cpu thousandths of a core
 * @param memory bytes
 * @param ports "port/protocol" and address; an empty address means all
 */
record Needs(long cpu, long memory, List<Port> ports) {

  /** A port of the node. */
  record Port(int number, String protocol, String address) {
    boolean clashes(Port other) {
      return number == other.number
          && protocol.equals(other.protocol)
          && (isAny() || other.isAny() || address.equals(other.address));
    }

    private boolean isAny() {
      return address.isEmpty() || address.equals("0.0.0.0");
    }
  }

  static Needs of(Pod pod) {
    long cpu = 0;
    long memory = 0;
    List<Port> ports = new ArrayList<>(0);
    for (Container container : pod.getSpec().getContainersList()) {
      cpu += request(container, WellKnown.RESOURCE_CPU).millis();
      memory += request(container, WellKnown.RESOURCE_MEMORY).units();
      for (ContainerPort port : container.getPortsList()) {
        if (port.getHostPort() > 0) {
          String protocol = port.getProtocol().isEmpty() ? "TCP" : port.getProtocol();
          ports.add(new Port(port.getHostPort(), protocol, port.getHostIp()));
        }
      }
    }
    return new Needs(cpu, memory, List.copyOf(ports));
  }

  private static Quantity request(Container container, String name) {
    var resources = container.getResources();
    String limit = resources.getLimitsOrDefault(name, "0");
    return Quantity.parse(resources.getRequestsOrDefault(name, limit));
  }

  static Quantity allocatable(Node node, String resource) {
    return Quantity.parse(node.getStatus().getAllocatableOrDefault(resource, "0"));
  }
}
