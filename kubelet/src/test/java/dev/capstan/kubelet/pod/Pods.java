package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.TCPSocketAction;
import dev.capstan.kubelet.runtime.ContainerRef;
import java.util.function.Consumer;

/** Pods for tests. */
final class Pods {

  private Pods() {}

  /** A pod of one container, bound to node-1, with the name as the first part of its uid. */
  static Pod.Builder pod(String name) {
    return Pod.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setUid(name + "-uid")
                .setGeneration(1))
        .setSpec(
            PodSpec.newBuilder()
                .setNodeName("node-1")
                .setRestartPolicy("Always")
                .setTerminationGracePeriodSeconds(30)
                .addContainers(
                    Container.newBuilder()
                        .setName("web")
                        .setImage("localhost/capstan/hello:1")
                        .setImagePullPolicy("IfNotPresent")));
  }

  /** With an order to the simulated engine. */
  static Pod.Builder ordered(String name, String order, String value) {
    Pod.Builder pod = pod(name);
    pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-" + order, value);
    return pod;
  }

  /** With a change to its container. */
  static Pod with(Pod.Builder pod, Consumer<Container.Builder> change) {
    change.accept(pod.getSpecBuilder().getContainersBuilder(0));
    return pod.build();
  }

  /** With this restart policy. */
  static Pod policy(Pod.Builder pod, String policy) {
    pod.getSpecBuilder().setRestartPolicy(policy);
    return pod.build();
  }

  /** The container of an attempt. */
  static ContainerRef ref(String pod, int attempt) {
    return new ContainerRef("default", pod, pod + "-uid", "web", attempt);
  }

  /** A probe that gives up after two seconds. */
  static Probe tcp() {
    return Probe.newBuilder()
        .setTcpSocket(TCPSocketAction.newBuilder())
        .setPeriodSeconds(1)
        .setFailureThreshold(2)
        .build();
  }
}
