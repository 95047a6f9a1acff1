package dev.capstan.controller.deployment;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;
import dev.capstan.controller.ChildNames;
import dev.capstan.controller.Owners;
import java.util.Map;

/** Makes and keeps up the ReplicaSet of the current template. */
final class CurrentSet {

  private CurrentSet() {}

  /** The ReplicaSet the current template needs, with as many pods as there is room for. */
  static ReplicaSet make(Rollout rollout) {
    Deployment deployment = rollout.deployment();
    String hash = hash(deployment);
    int replicas = Math.min(rollout.bounds().replicas(), rollout.room());
    PodTemplateSpec.Builder template = deployment.getSpec().getTemplate().toBuilder();
    template.getMetadataBuilder().putLabels(WellKnown.LABEL_POD_TEMPLATE_HASH, hash);
    LabelSelector selector =
        deployment.getSpec().getSelector().toBuilder()
            .putMatchLabels(WellKnown.LABEL_POD_TEMPLATE_HASH, hash)
            .build();
    return ReplicaSet.newBuilder()
        .setMetadata(metadata(rollout, template.getMetadata().getLabelsMap()))
        .setSpec(
            ReplicaSetSpec.newBuilder()
                .setReplicas(replicas)
                .setMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .setSelector(selector)
                .setTemplate(template))
        .build();
  }

  private static ObjectMeta metadata(Rollout rollout, Map<String, String> labels) {
    ObjectMeta owner = rollout.deployment().getMetadata();
    long revision = Revisions.next(rollout.old());
    return ObjectMeta.newBuilder()
        .setName(name(rollout.deployment()))
        .setNamespace(owner.getNamespace())
        .putAllLabels(labels)
        .putAllAnnotations(Revisions.fresh(rollout.deployment(), rollout.bounds(), revision))
        .addOwnerReferences(Owners.controllerRef("apps/v1", "Deployment", owner))
        .build();
  }

  /** The name of the ReplicaSet of the current template. */
  static String name(Deployment deployment) {
    return ChildNames.of(deployment.getMetadata().getName(), hash(deployment), ChildNames.MOST);
  }

  private static String hash(Deployment deployment) {
    return TemplateHash.of(
        deployment.getSpec().getTemplate(), deployment.getStatus().getCollisionCount());
  }
}
