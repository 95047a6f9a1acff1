package dev.capstan.kinds;

import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;

/** ReplicaSets. */
public final class ReplicaSetStrategy implements Strategy<ReplicaSet> {

  @Override
  public ReplicaSet defaulted(ReplicaSet object) {
    ReplicaSetSpec.Builder spec = object.getSpec().toBuilder();
    if (!spec.hasReplicas()) {
      spec.setReplicas(1);
    }
    spec.setTemplate(WorkloadRules.defaulted(spec.getTemplate()));
    return object.toBuilder().setSpec(spec).build();
  }

  @Override
  public void validate(ReplicaSet object, Violations at) {
    ReplicaSetSpec spec = object.getSpec();
    WorkloadRules.validate(
        spec.getReplicas(),
        spec.getMinReadySeconds(),
        spec.getSelector(),
        spec.getTemplate(),
        at.at("spec"));
  }
}
