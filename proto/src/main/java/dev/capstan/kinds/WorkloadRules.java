package dev.capstan.kinds;

import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.PodTemplateSpec;

/** What ReplicaSets and Deployments have in common. */
final class WorkloadRules {

  static final int MOST_REPLICAS = 1_000_000;

  private WorkloadRules() {}

  static PodTemplateSpec defaulted(PodTemplateSpec template) {
    return template.toBuilder().setSpec(PodDefaults.of(template.getSpec())).build();
  }

  static void validate(
      int replicas,
      int minReadySeconds,
      LabelSelector selector,
      PodTemplateSpec template,
      Violations spec) {
    spec.at("replicas").range(replicas, 0, MOST_REPLICAS);
    spec.at("minReadySeconds").range(minReadySeconds, 0, Integer.MAX_VALUE);
    Violations at = spec.at("template");
    LabelRules.labels(template.getMetadata().getLabelsMap(), at.at("metadata").at("labels"));
    LabelRules.annotations(
        template.getMetadata().getAnnotationsMap(), at.at("metadata").at("annotations"));
    LabelRules.workloadSelector(selector, template.getMetadata().getLabelsMap(), spec);
    PodRules.validate(template.getSpec(), at.at("spec"));
    String policy = template.getSpec().getRestartPolicy();
    at.at("spec")
        .at("restartPolicy")
        .check(
            !policy.equals("OnFailure") && !policy.equals("Never"),
            "must be Always in a template, not " + policy);
  }
}
