package dev.capstan.kubelet.node;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The node's last word on what it takes: a scheduler that could not see everything may send more
 * than fits. What was admitted counts until nothing of it is left.
 */
public final class Admission {

  private final Allocatable allocatable;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Needs> admitted = new LinkedHashMap<>();

  /**
   * What pods may use.
   *
   * @param cpuMillis thousandths of cores
   * @param memoryBytes bytes
   * @param pods how many pods
   */
  public record Allocatable(long cpuMillis, long memoryBytes, int pods) {}

  /** Why a pod is refused: a word and a sentence. */
  public record Refusal(String reason, String message) {}

  private record HostPort(int port, String protocol, String ip) {
    boolean collides(HostPort other) {
      boolean sameIp = anywhere(ip) || anywhere(other.ip) || ip.equals(other.ip);
      return port == other.port && protocol.equals(other.protocol) && sameIp;
    }

    private static boolean anywhere(String ip) {
      return ip.isEmpty() || ip.equals("0.0.0.0");
    }
  }

  private record Needs(long cpuMillis, long memoryBytes, List<HostPort> ports) {}

  public Admission(Allocatable allocatable) {
    this.allocatable = allocatable;
  }

  /**
   * Admits a pod or says why not.
   *
   * @param known true for a pod that an earlier kubelet admitted: it stays, and it counts
   */
  public Optional<Refusal> admit(Pod pod, boolean known) {
    Needs needs = needs(pod);
    lock.lock();
    try {
      String uid = pod.getMetadata().getUid();
      if (!known && !admitted.containsKey(uid)) {
        Optional<Refusal> refusal = refuse(needs);
        if (refusal.isPresent()) {
          return refusal;
        }
      }
      admitted.put(uid, needs);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Refusal> refuse(Needs needs) {
    long cpu = admitted.values().stream().mapToLong(Needs::cpuMillis).sum();
    long memory = admitted.values().stream().mapToLong(Needs::memoryBytes).sum();
    if (admitted.size() >= allocatable.pods()) {
      return lacking("pods", 1, admitted.size(), allocatable.pods());
    }
    if (needs.cpuMillis() > 0 && cpu + needs.cpuMillis() > allocatable.cpuMillis()) {
      return lacking("cpu", needs.cpuMillis(), cpu, allocatable.cpuMillis());
    }
    if (needs.memoryBytes() > 0 && memory + needs.memoryBytes() > allocatable.memoryBytes()) {
      return lacking("memory", needs.memoryBytes(), memory, allocatable.memoryBytes());
    }
    return portConflict(needs);
  }

  private Optional<Refusal> portConflict(Needs needs) {
    for (HostPort port : needs.ports()) {
      for (Needs other : admitted.values()) {
        if (other.ports().stream().anyMatch(port::collides)) {
          return Optional.of(
              new Refusal(
                  "HostPortConflict",
                  "Pod was rejected: host port "
                      + port.port()
                      + "/"
                      + port.protocol()
                      + " belongs to another pod of this node"));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> lacking(String what, long requested, long used, long capacity) {
    return Optional.of(
        new Refusal(
            "OutOf" + what,
            "Pod was rejected: Node didn't have enough resource: "
                + what
                + ", requested: "
                + requested
                + ", used: "
                + used
                + ", capacity: "
                + capacity));
  }

  /** Nothing of the pod is left. */
  public void release(String podUid) {
    lock.lock();
    try {
      admitted.remove(podUid);
    } finally {
      lock.unlock();
    }
  }

  private static Needs needs(Pod pod) {
    long cpu = 0;
    long memory = 0;
    List<HostPort> ports = new ArrayList<>();
    for (Container container : pod.getSpec().getContainersList()) {
      cpu += quantity(container, WellKnown.RESOURCE_CPU).map(Quantity::millis).orElse(0L);
      memory += quantity(container, WellKnown.RESOURCE_MEMORY).map(Quantity::units).orElse(0L);
      for (ContainerPort port : container.getPortsList()) {
        if (port.getHostPort() != 0) {
          String protocol = port.getProtocol().isEmpty() ? "TCP" : port.getProtocol();
          ports.add(new HostPort(port.getHostPort(), protocol, port.getHostIp()));
        }
      }
    }
    return new Needs(cpu, memory, ports);
  }

  private static Optional<Quantity> quantity(Container container, String name) {
    Map<String, String> requests = container.getResources().getRequestsMap();
    Map<String, String> limits = container.getResources().getLimitsMap();
    String text = requests.getOrDefault(name, limits.getOrDefault(name, ""));
    return text.isEmpty() ? Optional.empty() : Optional.of(Quantity.parse(text));
  }
}
