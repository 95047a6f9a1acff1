package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;

/** Builds nodes and pods for tests. */
public final class Fixtures {

  private Fixtures() {}

  /** A ready node. */
  public static Node node(String name, String cpu, String memory, int pods) {
    Node.Builder node = Node.newBuilder();
    node.getMetadataBuilder().setName(name).putLabels("kubernetes.io/hostname", name);
    NodeStatus.Builder status = node.getStatusBuilder();
    status.putAllocatable("cpu", cpu).putAllocatable("memory", memory);
    status.putAllocatable("pods", Integer.toString(pods));
    status.addConditionsBuilder().setType("Ready").setStatus("True");
    return node.build();
  }

  public static Node cordoned(Node node) {
    Node.Builder builder = node.toBuilder();
    builder.getSpecBuilder().setUnschedulable(true);
    return builder.build();
  }

  public static Node labelled(Node node, String key, String value) {
    Node.Builder builder = node.toBuilder();
    builder.getMetadataBuilder().putLabels(key, value);
    return builder.build();
  }

  public static Node tainted(Node node, String key, String value, String effect) {
    Node.Builder builder = node.toBuilder();
    builder
        .getSpecBuilder()
        .addTaints(Taint.newBuilder().setKey(key).setValue(value).setEffect(effect));
    return builder.build();
  }

  public static Node notReady(Node node) {
    Node.Builder builder = node.toBuilder();
    builder.getStatusBuilder().getConditionsBuilder(0).setStatus("Unknown");
    return builder.build();
  }

  /** A pending pod; its uid is "uid-" and its name. */
  public static Pod pod(String name, String cpu, String memory) {
    Pod.Builder pod = Pod.newBuilder();
    pod.getMetadataBuilder().setNamespace("default").setName(name).setUid("uid-" + name);
    PodSpec.Builder spec = pod.getSpecBuilder();
    Container.Builder container = spec.addContainersBuilder().setName("c").setImage("i");
    container.getResourcesBuilder().putRequests("cpu", cpu).putRequests("memory", memory);
    return pod.build();
  }

  public static Pod ownedBy(Pod pod, String owner) {
    Pod.Builder builder = pod.toBuilder();
    builder
        .getMetadataBuilder()
        .addOwnerReferencesBuilder()
        .setKind("ReplicaSet")
        .setUid(owner)
        .setController(true);
    return builder.build();
  }

  public static Pod withPriority(Pod pod, int priority) {
    Pod.Builder builder = pod.toBuilder();
    builder.getSpecBuilder().setPriority(priority);
    return builder.build();
  }

  public static Pod withHostPort(Pod pod, int port) {
    Pod.Builder builder = pod.toBuilder();
    builder
        .getSpecBuilder()
        .getContainersBuilder(0)
        .addPortsBuilder()
        .setContainerPort(port)
        .setHostPort(port);
    return builder.build();
  }

  public static Pod selecting(Pod pod, String key, String value) {
    Pod.Builder builder = pod.toBuilder();
    builder.getSpecBuilder().putNodeSelector(key, value);
    return builder.build();
  }

  public static Pod tolerating(Pod pod, String key) {
    Pod.Builder builder = pod.toBuilder();
    builder
        .getSpecBuilder()
        .addTolerations(Toleration.newBuilder().setKey(key).setOperator("Exists"));
    return builder.build();
  }

  public static Pod bound(Pod pod, String node) {
    Pod.Builder builder = pod.toBuilder();
    builder.getSpecBuilder().setNodeName(node);
    return builder.build();
  }

  public static Pod inPhase(Pod pod, String phase) {
    Pod.Builder builder = pod.toBuilder();
    builder.getStatusBuilder().setPhase(phase);
    return builder.build();
  }
}
