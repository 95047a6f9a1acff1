package dev.capstan.e2e.bench;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.Toleration;
import dev.capstan.client.Api;
import dev.capstan.client.Resource;

/** Deployments as {@code capstan run --simulated} makes them. */
final class Workload {

  private final Resource<Deployment> deployments;

  Workload(Api api) {
    this.deployments = api.deployments().namespace(WellKnown.NAMESPACE_DEFAULT);
  }

  /** Pods of one container without requests, probes or {@code minReadySeconds}. */
  static Deployment deployment(String name, int replicas) {
    return Deployment.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name).putLabels("app", name))
        .setSpec(
            DeploymentSpec.newBuilder()
                .setReplicas(replicas)
                .setSelector(LabelSelector.newBuilder().putMatchLabels("app", name))
                .setTemplate(
                    PodTemplateSpec.newBuilder()
                        .setMetadata(ObjectMeta.newBuilder().putLabels("app", name))
                        .setSpec(podSpec(name))))
        .build();
  }

  /** One container, on simulated nodes. */
  static PodSpec podSpec(String name) {
    return PodSpec.newBuilder()
        .addContainers(Container.newBuilder().setName(name).setImage("localhost/capstan/hello:1"))
        .addTolerations(
            Toleration.newBuilder().setKey(WellKnown.TAINT_SIMULATED).setOperator("Exists"))
        .build();
  }

  void run(String name, int replicas) throws InterruptedException {
    deployments.create(deployment(name, replicas));
  }

  void scale(String name, int replicas) throws InterruptedException {
    deployments.patch(name, "{\"spec\":{\"replicas\":" + replicas + "}}");
  }

  void delete(String name) throws InterruptedException {
    deployments.delete(name);
  }
}
