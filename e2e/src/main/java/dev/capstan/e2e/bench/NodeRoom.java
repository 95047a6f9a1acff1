package dev.capstan.e2e.bench;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;

/** What a node has, and what the pods bound to it have taken. */
final class NodeRoom {

  private long pods;
  private long cpuMillis;
  private long memoryBytes;
  private long podsLeft;
  private long cpuLeft;
  private long memoryLeft;

  /** The node appeared or changed. */
  void has(Node node) {
    var allocatable = node.getStatus().getAllocatableMap();
    long morePods =
        Quantity.parse(allocatable.getOrDefault(WellKnown.RESOURCE_PODS, "0")).units() - pods;
    long moreCpu =
        Quantity.parse(allocatable.getOrDefault(WellKnown.RESOURCE_CPU, "0")).millis() - cpuMillis;
    long moreMemory =
        Quantity.parse(allocatable.getOrDefault(WellKnown.RESOURCE_MEMORY, "0")).units()
            - memoryBytes;
    pods += morePods;
    cpuMillis += moreCpu;
    memoryBytes += moreMemory;
    podsLeft += morePods;
    cpuLeft += moreCpu;
    memoryLeft += moreMemory;
  }

  /** A pod takes its room (+1) or gives it back (-1). */
  void take(PodRecord pod, int sign) {
    podsLeft -= sign;
    cpuLeft -= sign * pod.cpuMillis;
    memoryLeft -= sign * pod.memoryBytes;
  }

  boolean overcommitted() {
    return podsLeft < 0 || cpuLeft < 0 || memoryLeft < 0;
  }
}
