package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;

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
}
