package dev.capstan.scheduler.core;

import dev.capstan.api.Conditions;
import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Taint;
import dev.capstan.scheduler.core.Obstacle.Change;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node as decisions see it: what it offers and what is taken, counting assumed pods. */
final class NodeState {

  private final String name;
  private Map<String, String> labels = Map.of();
  private List<Taint> taints = List.of();
  private boolean cordoned;
  private boolean ready;
  private long cpuMillis;
  private long memoryBytes;
  private long maxPods;

  private long usedCpuMillis;
  private long usedMemoryBytes;
  private long scoredCpuMillis;
  private long scoredMemoryBytes;
  private int pods;
  private final List<HostPort> hostPorts = new ArrayList<>();
  private final Map<String, Integer> podsByOwner = new HashMap<>();

  /** Counts changes; a score computed at another version is stale. */
  private long version;

  NodeState(String name) {
    this.name = name;
  }

  /**
   * Takes over what the node says of itself; returns what became different in a way that could help
   * a waiting pod.
   */
  EnumSet<Change> observe(Node node) {
    EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    observeSpec(node, changes);
    observeStatus(node, changes);
    version++;
    return changes;
  }

  private void observeSpec(Node node, EnumSet<Change> changes) {
    if (!labels.equals(node.getMetadata().getLabelsMap())) {
      labels = node.getMetadata().getLabelsMap();
      changes.add(Change.NODE_LABELS);
    }
    boolean nowCordoned =
        node.getSpec().getUnschedulable() || node.getMetadata().hasDeletionTimestamp();
    if (!taints.equals(node.getSpec().getTaintsList()) || cordoned != nowCordoned) {
      taints = node.getSpec().getTaintsList();
      cordoned = nowCordoned;
      changes.add(Change.NODE_TAINTS);
    }
  }

  private void observeStatus(Node node, EnumSet<Change> changes) {
    boolean nowReady =
        Conditions.isTrue(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
    if (ready != nowReady) {
      ready = nowReady;
      changes.add(Change.NODE_READINESS);
    }
    long cpu = allocatable(node, WellKnown.RESOURCE_CPU).millis();
    long memory = allocatable(node, WellKnown.RESOURCE_MEMORY).units();
    long podLimit = allocatable(node, WellKnown.RESOURCE_PODS).units();
    if (cpu != cpuMillis || memory != memoryBytes || podLimit != maxPods) {
      cpuMillis = cpu;
      memoryBytes = memory;
      maxPods = podLimit;
      changes.add(Change.NODE_CAPACITY);
    }
  }

  private static Quantity allocatable(Node node, String resource) {
    return Quantity.parse(node.getStatus().getAllocatableOrDefault(resource, "0"));
  }

  void add(PodNeeds needs) {
    count(needs, 1);
    hostPorts.addAll(needs.hostPorts());
    if (!needs.owner().isEmpty()) {
      podsByOwner.merge(needs.owner(), 1, Integer::sum);
    }
  }

  void remove(PodNeeds needs) {
    count(needs, -1);
    needs.hostPorts().forEach(hostPorts::remove);
    if (!needs.owner().isEmpty()) {
      podsByOwner.computeIfPresent(needs.owner(), (owner, n) -> n == 1 ? null : n - 1);
    }
  }

  private void count(PodNeeds needs, int sign) {
    usedCpuMillis += sign * needs.cpuMillis();
    usedMemoryBytes += sign * needs.memoryBytes();
    scoredCpuMillis += sign * needs.scoredCpuMillis();
    scoredMemoryBytes += sign * needs.scoredMemoryBytes();
    pods += sign;
    version++;
  }

  String name() {
    return name;
  }

  Map<String, String> labels() {
    return labels;
  }

  List<Taint> taints() {
    return taints;
  }

  boolean cordoned() {
    return cordoned;
  }

  boolean ready() {
    return ready;
  }

  long cpuMillis() {
    return cpuMillis;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  long freeCpuMillis() {
    return cpuMillis - usedCpuMillis;
  }

  long freeMemoryBytes() {
    return memoryBytes - usedMemoryBytes;
  }

  long freePods() {
    return maxPods - pods;
  }

  /** CPU taken as scoring counts it. */
  long scoredCpuMillis() {
    return scoredCpuMillis;
  }

  /** Memory taken as scoring counts it. */
  long scoredMemoryBytes() {
    return scoredMemoryBytes;
  }

  int podsOf(String owner) {
    return podsByOwner.getOrDefault(owner, 0);
  }

  boolean hasConflict(HostPort wanted) {
    return hostPorts.stream().anyMatch(wanted::conflictsWith);
  }

  long version() {
    return version;
  }
}
