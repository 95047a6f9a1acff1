package dev.capstan.kinds;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;

/**
 * Deployments. (The field "strategy" of a Deployment is another thing: {@link
 * DeploymentStrategyRules}.)
 */
public final class DeploymentKindStrategy implements Strategy<Deployment> {

  private static final int HISTORY_LIMIT = 10;
  private static final int PROGRESS_DEADLINE_SECONDS = 600;

  @Override
  public Deployment defaulted(Deployment object) {
    DeploymentSpec.Builder spec = object.getSpec().toBuilder();
    if (!spec.hasReplicas()) {
      spec.setReplicas(1);
    }
    if (!spec.hasRevisionHistoryLimit()) {
      spec.setRevisionHistoryLimit(HISTORY_LIMIT);
    }
    if (!spec.hasProgressDeadlineSeconds()) {
      spec.setProgressDeadlineSeconds(PROGRESS_DEADLINE_SECONDS);
    }
    spec.setStrategy(DeploymentStrategyRules.defaulted(spec.getStrategy()));
    spec.setTemplate(WorkloadRules.defaulted(spec.getTemplate()));
    return object.toBuilder().setSpec(spec).build();
  }

  @Override
  public void validate(Deployment object, Violations at) {
    DeploymentSpec spec = object.getSpec();
    Violations here = at.at("spec");
    WorkloadRules.validate(
        spec.getReplicas(),
        spec.getMinReadySeconds(),
        spec.getSelector(),
        spec.getTemplate(),
        here);
    DeploymentStrategyRules.validate(spec.getStrategy(), here.at("strategy"));
    here.at("revisionHistoryLimit").range(spec.getRevisionHistoryLimit(), 0, Integer.MAX_VALUE);
    here.at("progressDeadlineSeconds")
        .range(spec.getProgressDeadlineSeconds(), 1, Integer.MAX_VALUE);
    here.at("progressDeadlineSeconds")
        .check(
            spec.getProgressDeadlineSeconds() > spec.getMinReadySeconds(),
            "must be greater than minReadySeconds");
  }
}
