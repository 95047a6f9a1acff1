package dev.capstan.e2e.sim.check;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceRequirements;

/** Objects for histories made by hand. */
final class Things {

  private Things() {}

  static ObjectMeta.Builder meta(String name) {
    return ObjectMeta.newBuilder()
        .setNamespace("default")
        .setName(name)
        .setUid(name + "-uid")
        .setGeneration(1);
  }

  static Pod pod(String name) {
    Pod.Builder pod = Pod.newBuilder().setMetadata(meta(name));
    pod.getSpecBuilder()
        .setTerminationGracePeriodSeconds(30)
        .addContainers(
            Container.newBuilder()
                .setName("main")
                .setImage("hello:1")
                .setResources(ResourceRequirements.newBuilder().putRequests("cpu", "500m")));
    pod.getStatusBuilder().setPhase("Pending");
    return pod.build();
  }

  static Pod on(Pod pod, String node) {
    return pod.toBuilder().setSpec(pod.getSpec().toBuilder().setNodeName(node)).build();
  }

  static Pod phase(Pod pod, String phase) {
    return pod.toBuilder().setStatus(pod.getStatus().toBuilder().setPhase(phase)).build();
  }

  static Pod ready(Pod pod, boolean ready) {
    Pod.Builder result = phase(pod, "Running").toBuilder();
    result
        .getStatusBuilder()
        .clearConditions()
        .addConditions(
            Condition.newBuilder()
                .setType(WellKnown.CONDITION_READY)
                .setStatus(ready ? WellKnown.TRUE : WellKnown.FALSE));
    return result.build();
  }

  static Pod going(Pod pod) {
    Pod.Builder result = pod.toBuilder();
    result.getMetadataBuilder().getDeletionTimestampBuilder().setSeconds(1);
    result.getMetadataBuilder().setDeletionGracePeriodSeconds(30);
    return result.build();
  }

  static Pod uid(Pod pod, String uid) {
    Pod.Builder result = pod.toBuilder();
    result.getMetadataBuilder().setUid(uid);
    return result.build();
  }

  static Pod label(Pod pod, String key, String value) {
    Pod.Builder result = pod.toBuilder();
    result.getMetadataBuilder().putLabels(key, value);
    return result.build();
  }

  /** Ready, with room for 1 core, 1 GiB and 10 pods. */
  static Node node(String name) {
    Node.Builder node = Node.newBuilder().setMetadata(meta(name).clearNamespace());
    node.getStatusBuilder()
        .putAllocatable("cpu", "1")
        .putAllocatable("memory", "1Gi")
        .putAllocatable("pods", "10")
        .addConditions(
            Condition.newBuilder().setType(WellKnown.CONDITION_READY).setStatus(WellKnown.TRUE));
    return node.build();
  }

  static ConfigMap config(String name, String value) {
    return ConfigMap.newBuilder()
        .setMetadata(meta(name).setGeneration(0))
        .putData("key", value)
        .build();
  }
}
