package dev.capstan.controller.model;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.DeploymentStrategy;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;
import dev.capstan.api.v1.RollingUpdateDeployment;
import dev.capstan.controller.Owners;
import java.time.Instant;

/** Objects for tests. */
public final class Things {

  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Things() {}

  public static PodTemplateSpec template(String image) {
    return PodTemplateSpec.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().putLabels("app", "web"))
        .setSpec(
            PodSpec.newBuilder()
                .addContainers(Container.newBuilder().setName("web").setImage(image)))
        .build();
  }

  private static LabelSelector selector() {
    return LabelSelector.newBuilder().putMatchLabels("app", "web").build();
  }

  private static ObjectMeta meta(String name, String uid) {
    return ObjectMeta.newBuilder()
        .setNamespace("default")
        .setName(name)
        .setUid(uid)
        .setGeneration(1)
        .setResourceVersion("128")
        .setCreationTimestamp(ApiTimes.of(START))
        .build();
  }

  /** A Deployment "web" with RollingUpdate and absolute bounds. */
  public static Deployment deployment(int replicas, int maxSurge, int maxUnavailable) {
    return Deployment.newBuilder()
        .setMetadata(meta("web", "d"))
        .setSpec(
            DeploymentSpec.newBuilder()
                .setReplicas(replicas)
                .setSelector(selector())
                .setTemplate(template("hello:1"))
                .setRevisionHistoryLimit(10)
                .setProgressDeadlineSeconds(600)
                .setStrategy(
                    DeploymentStrategy.newBuilder()
                        .setType("RollingUpdate")
                        .setRollingUpdate(
                            RollingUpdateDeployment.newBuilder()
                                .setMaxSurge(IntOrStrings.of(maxSurge))
                                .setMaxUnavailable(IntOrStrings.of(maxUnavailable)))))
        .build();
  }

  /** The same with another image. */
  public static Deployment withImage(Deployment deployment, String image) {
    Deployment.Builder fresh = deployment.toBuilder();
    fresh.getSpecBuilder().setTemplate(template(image));
    return fresh.build();
  }

  /** A ReplicaSet of no Deployment. */
  public static ReplicaSet replicaSet(String name, int replicas) {
    return ReplicaSet.newBuilder()
        .setMetadata(meta(name, name + "-uid"))
        .setSpec(
            ReplicaSetSpec.newBuilder()
                .setReplicas(replicas)
                .setSelector(selector())
                .setTemplate(template("hello:1")))
        .build();
  }

  /** A pod of a ReplicaSet, bound and running, not ready. */
  public static Pod pod(ReplicaSet owner, String name) {
    Pod.Builder pod =
        Pod.newBuilder()
            .setMetadata(meta(name, name + "-uid"))
            .setSpec(owner.getSpec().getTemplate().getSpec());
    pod.getMetadataBuilder()
        .putAllLabels(owner.getSpec().getTemplate().getMetadata().getLabelsMap())
        .addOwnerReferences(Owners.controllerRef("apps/v1", "ReplicaSet", owner.getMetadata()));
    pod.getSpecBuilder().setNodeName("node-1");
    pod.getStatusBuilder().setPhase("Running");
    return pod.build();
  }

  /** The pod, ready since then. */
  public static Pod ready(Pod pod, Instant since) {
    return condition(pod, WellKnown.TRUE, since);
  }

  /** The pod, not ready since then. */
  public static Pod unready(Pod pod, Instant since) {
    return condition(pod, WellKnown.FALSE, since);
  }

  private static Pod condition(Pod pod, String status, Instant since) {
    Pod.Builder fresh = pod.toBuilder();
    fresh
        .getStatusBuilder()
        .setPhase("Running")
        .clearConditions()
        .addConditions(
            Condition.newBuilder()
                .setType(WellKnown.CONDITION_READY)
                .setStatus(status)
                .setLastTransitionTime(ApiTimes.of(since)));
    return fresh.build();
  }

  /** The pod, on its way out. */
  public static Pod going(Pod pod) {
    Pod.Builder fresh = pod.toBuilder();
    fresh.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(START));
    return fresh.build();
  }
}
