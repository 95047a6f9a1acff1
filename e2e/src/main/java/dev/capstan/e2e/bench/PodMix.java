package dev.capstan.e2e.bench;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;
import java.util.Random;

/** Pending pods of one kind, and nodes for them. The same at every run. */
enum PodMix {
  /** A Deployment's: 100m, 128 Mi, one owner by which they are spread. */
  IDENTICAL("identical pods") {
    @Override
    void shape(Pod.Builder pod, int index, Random random) {
      request(pod, 100, 128 * 1024);
      owner(pod, "one");
    }
  },

  /** Every pod requests something that no other requests, and has an owner of its own. */
  DIFFERENT("all-different pods") {
    @Override
    void shape(Pod.Builder pod, int index, Random random) {
      request(pod, 50 + random.nextInt(250), (64 + random.nextInt(256)) * 1024 + index % 1024);
      owner(pod, String.valueOf(index));
    }
  },

  /**
   * Of 50 owners, spread by owner; half selects one of ten zones, a fifth wants a host port of its
   * owner (so two of them never share a node), a fifth may go to tainted nodes, priorities differ.
   */
  CONSTRAINED("pods with spread, selectors, host ports, taints, priorities") {
    @Override
    void shape(Pod.Builder pod, int index, Random random) {
      int owner = index % 50;
      request(pod, 100, 128 * 1024);
      owner(pod, String.valueOf(owner));
      PodSpec.Builder spec = pod.getSpecBuilder().setPriority(owner % 3);
      if (owner % 2 == 0) {
        spec.putNodeSelector("zone", "z" + owner % 10);
      }
      if (owner % 10 == 1 || owner % 10 == 3) { // Without a zone, which 500 nodes have 50 of.
        spec.getContainersBuilder(0)
            .addPorts(
                ContainerPort.newBuilder()
                    .setContainerPort(8000)
                    .setHostPort(8000 + owner)
                    .setProtocol("TCP"));
      }
      if (owner % 5 == 2) {
        spec.addTolerations(Toleration.newBuilder().setKey("dedicated").setOperator("Exists"));
      }
    }
  };

  private final String words;

  PodMix(String words) {
    this.words = words;
  }

  /** For a reader. */
  String words() {
    return words;
  }

  abstract void shape(Pod.Builder pod, int index, Random random);

  /** The pod of this number; its uid is its name. */
  Pod pod(int index) {
    String name = name().toLowerCase(java.util.Locale.ROOT) + "-" + index;
    Pod.Builder pod =
        Pod.newBuilder()
            .setMetadata(
                ObjectMeta.newBuilder()
                    .setNamespace("default")
                    .setName(name)
                    .setUid(name)
                    .putLabels("app", "pending"))
            .setSpec(
                PodSpec.newBuilder()
                    .addContainers(Container.newBuilder().setName("c").setImage("hello:1")));
    shape(pod, index, new Random(index));
    return pod.build();
  }

  /** A ready node with 32 cores, 64 GiB and room for 110 pods; every tenth is tainted. */
  static Node node(int index) {
    String name = "node-" + index;
    Node.Builder node =
        Node.newBuilder()
            .setMetadata(
                ObjectMeta.newBuilder()
                    .setName(name)
                    .putLabels("kubernetes.io/hostname", name)
                    .putLabels("zone", "z" + index % 10))
            .setStatus(
                NodeStatus.newBuilder()
                    .putAllocatable("cpu", "32")
                    .putAllocatable("memory", "64Gi")
                    .putAllocatable("pods", "110"));
    node.getStatusBuilder().addConditionsBuilder().setType("Ready").setStatus("True");
    if (index % 10 == 9) {
      node.getSpecBuilder()
          .addTaints(Taint.newBuilder().setKey("dedicated").setEffect("NoSchedule"));
    }
    return node.build();
  }

  private static void request(Pod.Builder pod, int millis, int kibibytes) {
    pod.getSpecBuilder()
        .getContainersBuilder(0)
        .getResourcesBuilder()
        .putRequests("cpu", millis + "m")
        .putRequests("memory", kibibytes + "Ki");
  }

  private static void owner(Pod.Builder pod, String owner) {
    pod.getMetadataBuilder()
        .addOwnerReferences(
            OwnerReference.newBuilder()
                .setApiVersion("apps/v1")
                .setKind("ReplicaSet")
                .setName("rs-" + owner)
                .setUid("rs-" + owner)
                .setController(true));
  }
}
