package dev.capstan.e2e.sim;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStrategy;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.RollingUpdateDeployment;
import dev.capstan.api.v1.Toleration;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;

/** The objects that users of a simulation create. */
final class Objects {

  static final String APP = "app";

  private Objects() {}

  static Deployment deployment(Step step, ObjectMeta.Builder meta) {
    String name = step.text(Argument.NAME);
    ObjectMeta.Builder labels = ObjectMeta.newBuilder().putLabels(APP, name);
    Deployment.Builder deployment = Deployment.newBuilder().setMetadata(meta);
    deployment
        .getSpecBuilder()
        .setReplicas(step.number(Argument.REPLICAS))
        .setMinReadySeconds(step.number(Argument.MIN_READY, 0))
        .setRevisionHistoryLimit(step.number(Argument.HISTORY, 10))
        .setSelector(LabelSelector.newBuilder().putMatchLabels(APP, name))
        .setStrategy(strategy(step))
        .setTemplate(
            PodTemplateSpec.newBuilder().setMetadata(labels).setSpec(podSpec(step, "Always")));
    return deployment.build();
  }

  private static DeploymentStrategy strategy(Step step) {
    String type = step.find(Argument.STRATEGY).orElse("RollingUpdate");
    DeploymentStrategy.Builder strategy = DeploymentStrategy.newBuilder().setType(type);
    if (type.equals("RollingUpdate")) {
      strategy.setRollingUpdate(
          RollingUpdateDeployment.newBuilder()
              .setMaxSurge(number(step.number(Argument.SURGE, 1)))
              .setMaxUnavailable(number(step.number(Argument.UNAVAILABLE, 0))));
    }
    return strategy.build();
  }

  private static IntOrString number(int value) {
    return IntOrString.newBuilder().setIntValue(value).build();
  }

  static Pod pod(Step step, ObjectMeta.Builder meta) {
    return Pod.newBuilder().setMetadata(meta).setSpec(podSpec(step, "Always")).build();
  }

  /** A pod as it was when it was made: unbound, and without owner. */
  static Pod anew(Pod pod) {
    ObjectMeta.Builder meta =
        ObjectMeta.newBuilder()
            .setNamespace(pod.getMetadata().getNamespace())
            .setName(pod.getMetadata().getName())
            .putAllLabels(pod.getMetadata().getLabelsMap());
    return Pod.newBuilder()
        .setMetadata(meta)
        .setSpec(pod.getSpec().toBuilder().clearNodeName())
        .build();
  }

  private static PodSpec.Builder podSpec(Step step, String restartPolicy) {
    ResourceRequirements needs =
        ResourceRequirements.newBuilder()
            .putRequests(WellKnown.RESOURCE_CPU, step.number(Argument.CPU, 100) + "m")
            .build();
    PodSpec.Builder spec =
        PodSpec.newBuilder()
            .setRestartPolicy(restartPolicy)
            .setTerminationGracePeriodSeconds(2)
            .addContainers(
                Container.newBuilder()
                    .setName("main")
                    .setImage(step.find(Argument.IMAGE).orElse("app:1"))
                    .setResources(needs))
            .addTolerations(
                Toleration.newBuilder().setKey(WellKnown.TAINT_SIMULATED).setOperator("Exists"));
    step.find(Argument.PRIORITY).ifPresent(p -> spec.setPriority(Integer.parseInt(p)));
    return spec;
  }
}
