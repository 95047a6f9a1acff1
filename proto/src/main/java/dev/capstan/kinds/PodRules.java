package dev.capstan.kinds;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Toleration;

/** What a pod's spec must look like, in pods and in templates alike. */
final class PodRules {

  private PodRules() {}

  static void validate(PodSpec spec, Violations at) {
    containers(spec, at.at("containers"));
    if (spec.hasTerminationGracePeriodSeconds()) {
      at.at("terminationGracePeriodSeconds")
          .range(spec.getTerminationGracePeriodSeconds(), 0, WellKnown.MOST_GRACE_SECONDS);
    }
    LabelRules.labels(spec.getNodeSelectorMap(), at.at("nodeSelector"));
    if (!spec.getNodeName().isEmpty()) {
      Names.subdomain(spec.getNodeName(), at.at("nodeName"));
    }
    if (!spec.getHostname().isEmpty()) {
      Names.label(spec.getHostname(), at.at("hostname"));
    }
    at.at("schedulerName")
        .check(
            spec.getSchedulerName().equals("default-scheduler"),
            "must be default-scheduler: other schedulers are not in this version");
    for (int i = 0; i < spec.getTolerationsCount(); i++) {
      toleration(spec.getTolerations(i), at.at("tolerations").at(i));
    }
  }

  private static void containers(PodSpec spec, Violations at) {
    if (!at.check(spec.getContainersCount() > 0, "is required")) {
      return;
    }
    at.check(
        spec.getContainersCount() == 1,
        "must be exactly one, not "
            + spec.getContainersCount()
            + ": several containers in a pod are not in this version");
    // Looking at a thousand containers that are refused anyway helps nobody.
    for (int i = 0; i < Math.min(spec.getContainersCount(), 10); i++) {
      ContainerRules.validate(spec.getContainers(i), at.at(i));
    }
  }

  private static void toleration(Toleration toleration, Violations at) {
    boolean exists = toleration.getOperator().equals("Exists");
    if (toleration.getKey().isEmpty()) {
      at.at("operator").check(exists, "must be Exists when key is empty");
    } else {
      Names.labelKey(toleration.getKey(), at.at("key"));
    }
    if (exists) {
      at.at("value").check(toleration.getValue().isEmpty(), "must be empty for operator Exists");
    } else {
      Names.labelValue(toleration.getValue(), at.at("value"));
    }
    if (toleration.hasTolerationSeconds()) {
      at.at("effect")
          .check(
              toleration.getEffect().equals("NoExecute"),
              "must be NoExecute when tolerationSeconds is set");
    }
  }
}
