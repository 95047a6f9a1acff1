package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.meta;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.ready;

import com.google.protobuf.Message;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;

/** Deployments, ReplicaSets and their pods for histories made by hand. */
final class Workloads {

  private Workloads() {}

  static Deployment deployment(int replicas, int surge, int unavailable) {
    Deployment.Builder deployment = Deployment.newBuilder().setMetadata(meta("web"));
    deployment.getSpecBuilder().setReplicas(replicas);
    deployment
        .getSpecBuilder()
        .getStrategyBuilder()
        .setType("RollingUpdate")
        .getRollingUpdateBuilder()
        .setMaxSurge(IntOrStrings.of(surge))
        .setMaxUnavailable(IntOrStrings.of(unavailable));
    return deployment.build();
  }

  static Deployment recreated(int replicas) {
    Deployment.Builder deployment = deployment(replicas, 0, 1).toBuilder();
    deployment.getSpecBuilder().getStrategyBuilder().clearRollingUpdate().setType("Recreate");
    return deployment.build();
  }

  /** The deployment with a status that says that all is well. */
  static Deployment complete(Deployment deployment, long generation) {
    int replicas = deployment.getSpec().getReplicas();
    Deployment.Builder result = deployment.toBuilder();
    result
        .getStatusBuilder()
        .setObservedGeneration(generation)
        .setReplicas(replicas)
        .setUpdatedReplicas(replicas)
        .setReadyReplicas(replicas)
        .setAvailableReplicas(replicas);
    return result.build();
  }

  private static OwnerReference owner(Message owner) {
    var meta = Tale.kind(owner).metadata(owner);
    return OwnerReference.newBuilder()
        .setApiVersion("apps/v1")
        .setKind(Tale.kind(owner).name())
        .setName(meta.getName())
        .setUid(meta.getUid())
        .setController(true)
        .setBlockOwnerDeletion(true)
        .build();
  }

  static ReplicaSet set(String name, int replicas) {
    ReplicaSet.Builder set = ReplicaSet.newBuilder().setMetadata(meta(name));
    set.getMetadataBuilder().addOwnerReferences(owner(deployment(1, 1, 1)));
    set.getSpecBuilder().setReplicas(replicas);
    return set.build();
  }

  static ReplicaSet observed(ReplicaSet set, long generation) {
    ReplicaSet.Builder result = set.toBuilder();
    result
        .getStatusBuilder()
        .setObservedGeneration(generation)
        .setReplicas(set.getSpec().getReplicas())
        .setReadyReplicas(set.getSpec().getReplicas());
    return result.build();
  }

  static Pod podOf(ReplicaSet set, int number) {
    Pod.Builder pod = pod(set.getMetadata().getName() + "-" + number).toBuilder();
    pod.getMetadataBuilder().addOwnerReferences(owner(set));
    return pod.build();
  }

  static Pod runningOf(ReplicaSet set, int number) {
    return ready(on(podOf(set, number), "a"), true);
  }
}
