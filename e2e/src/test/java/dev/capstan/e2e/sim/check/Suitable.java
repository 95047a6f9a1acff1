package dev.capstan.e2e.sim.check;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;
import java.util.TreeMap;

/** Whether a pod may be put on a node, whatever is there already. */
final class Suitable {

  private Suitable() {}

  /** What is against it; empty if nothing is. */
  static String why(Pod pod, Node node) {
    if (node.getSpec().getUnschedulable() || node.getMetadata().hasDeletionTimestamp()) {
      return "it is cordoned";
    }
    if (!Conditions.isTrue(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY)) {
      return "it is not ready";
    }
    for (var wanted : new TreeMap<>(pod.getSpec().getNodeSelectorMap()).entrySet()) {
      String label = node.getMetadata().getLabelsMap().get(wanted.getKey());
      if (!wanted.getValue().equals(label)) {
        return "its label " + wanted.getKey() + " is " + label + ", not " + wanted.getValue();
      }
    }
    for (Taint taint : node.getSpec().getTaintsList()) {
      boolean keepsAway = !taint.getEffect().equals("PreferNoSchedule");
      if (keepsAway && !isTolerated(pod, taint)) {
        return "its taint " + taint.getKey() + " is not tolerated";
      }
    }
    return "";
  }

  /** True if the pod puts up with a taint. */
  static boolean isTolerated(Pod pod, Taint taint) {
    return pod.getSpec().getTolerationsList().stream().anyMatch(each -> tolerates(each, taint));
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    if (!toleration.getEffect().isEmpty() && !toleration.getEffect().equals(taint.getEffect())) {
      return false;
    }
    if (toleration.getOperator().equals("Exists")) {
      return toleration.getKey().isEmpty() || toleration.getKey().equals(taint.getKey());
    }
    return toleration.getKey().equals(taint.getKey())
        && toleration.getValue().equals(taint.getValue());
  }
}
