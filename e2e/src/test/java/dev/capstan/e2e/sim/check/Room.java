package dev.capstan.e2e.sim.check;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import java.util.Collection;

/** Whether what is on a node fits there. */
final class Room {

  private Room() {}

  /** A pod on a node. */
  record Taken(Held pod, Needs needs) {}

  /**
   * What is too much; empty if all fits. A pod that asks for nothing is not in the way of a node
   * that others have filled too far.
   *
   * @param own the pod that came last
   * @param all everything on the node, that pod included
   */
  static String over(Node node, Taken own, Collection<Taken> all) {
    long maxPods = Needs.allocatable(node, WellKnown.RESOURCE_PODS).units();
    if (all.size() > maxPods) {
      return "%d pods of %d".formatted(all.size(), maxPods);
    }
    long cpu = all.stream().mapToLong(taken -> taken.needs().cpu()).sum();
    long maxCpu = Needs.allocatable(node, WellKnown.RESOURCE_CPU).millis();
    if (own.needs().cpu() > 0 && cpu > maxCpu) {
      return "%dm cpu of %dm".formatted(cpu, maxCpu);
    }
    long memory = all.stream().mapToLong(taken -> taken.needs().memory()).sum();
    long maxMemory = Needs.allocatable(node, WellKnown.RESOURCE_MEMORY).units();
    if (own.needs().memory() > 0 && memory > maxMemory) {
      return "%d bytes of %d".formatted(memory, maxMemory);
    }
    return clash(own, all);
  }

  private static String clash(Taken own, Collection<Taken> all) {
    for (Taken other : all) {
      for (Needs.Port port : own.needs().ports()) {
        boolean clash = other.needs().ports().stream().anyMatch(port::clashes);
        if (clash && !other.pod().uid().equals(own.pod().uid())) {
          return "host port " + port.number() + " belongs to " + other.pod();
        }
      }
    }
    return "";
  }
}
