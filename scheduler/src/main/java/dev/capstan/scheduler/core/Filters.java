package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;
import dev.capstan.scheduler.core.Obstacle.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filters, in the order in which they are asked; texts are kube-scheduler's. */
final class Filters {

  private static final List<Obstacle> PASSED = List.of();
  private static final List<Obstacle> CORDONED =
      List.of(new Obstacle(Cause.CORDONED, "node(s) were unschedulable"));
  private static final List<Obstacle> NOT_READY =
      List.of(new Obstacle(Cause.NOT_READY, "node(s) were not ready"));
  private static final List<Obstacle> SELECTOR =
      List.of(new Obstacle(Cause.SELECTOR, "node(s) didn't match Pod's node selector"));
  private static final List<Obstacle> PORTS =
      List.of(
          new Obstacle(Cause.PORTS, "node(s) didn't have free ports for the requested pod ports"));
  private static final Obstacle PODS = new Obstacle(Cause.RESOURCES, "Too many pods");
  private static final Obstacle CPU = new Obstacle(Cause.RESOURCES, "Insufficient cpu");
  private static final Obstacle MEMORY = new Obstacle(Cause.RESOURCES, "Insufficient memory");

  /** All of them; the first that objects is the one that is reported. */
  static final List<Filter> ALL =
      List.of(
          Filters::cordon,
          Filters::readiness,
          Filters::selector,
          Filters::taints,
          Filters::ports,
          Filters::resources);

  private Filters() {}

  private static List<Obstacle> cordon(PodNeeds needs, NodeState node) {
    return node.cordoned() ? CORDONED : PASSED;
  }

  private static List<Obstacle> readiness(PodNeeds needs, NodeState node) {
    return node.ready() ? PASSED : NOT_READY;
  }

  private static List<Obstacle> selector(PodNeeds needs, NodeState node) {
    for (Map.Entry<String, String> wanted : needs.nodeSelector().entrySet()) {
      if (!wanted.getValue().equals(node.labels().get(wanted.getKey()))) {
        return SELECTOR;
      }
    }
    return PASSED;
  }

  private static List<Obstacle> taints(PodNeeds needs, NodeState node) {
    for (Taint taint : node.taints()) {
      if (!taint.getEffect().equals("PreferNoSchedule") && !tolerated(needs, taint)) {
        String text =
            "node(s) had untolerated taint {" + taint.getKey() + ": " + taint.getValue() + "}";
        return List.of(new Obstacle(Cause.TAINT, text));
      }
    }
    return PASSED;
  }

  /** True if one of the pod's tolerations matches the taint. */
  static boolean tolerated(PodNeeds needs, Taint taint) {
    for (Toleration toleration : needs.tolerations()) {
      if (matches(toleration, taint)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(Toleration toleration, Taint taint) {
    boolean effect =
        toleration.getEffect().isEmpty() || toleration.getEffect().equals(taint.getEffect());
    boolean exists = toleration.getOperator().equals("Exists");
    boolean key =
        toleration.getKey().equals(taint.getKey()) || (toleration.getKey().isEmpty() && exists);
    return effect && key && (exists || toleration.getValue().equals(taint.getValue()));
  }

  private static List<Obstacle> ports(PodNeeds needs, NodeState node) {
    for (HostPort wanted : needs.hostPorts()) {
      if (node.hasConflict(wanted)) {
        return PORTS;
      }
    }
    return PASSED;
  }

  private static List<Obstacle> resources(PodNeeds needs, NodeState node) {
    boolean pods = node.freePods() >= 1;
    // A pod that asks for nothing fits a node that is over-committed by pods bound elsewhere.
    boolean cpu = needs.cpuMillis() == 0 || needs.cpuMillis() <= node.freeCpuMillis();
    boolean memory = needs.memoryBytes() == 0 || needs.memoryBytes() <= node.freeMemoryBytes();
    if (pods && cpu && memory) {
      return PASSED;
    }
    List<Obstacle> missing = new ArrayList<>();
    if (!pods) {
      missing.add(PODS);
    }
    if (!cpu) {
      missing.add(CPU);
    }
    if (!memory) {
      missing.add(MEMORY);
    }
    return missing;
  }
}
