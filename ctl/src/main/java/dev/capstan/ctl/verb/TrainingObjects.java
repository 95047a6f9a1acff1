package dev.capstan.ctl.verb;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerState;
import dev.capstan.api.v1.ContainerStateRunning;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;
import dev.capstan.ctl.print.Item;
import java.time.Instant;
import java.util.List;

/**
 * Objects as a server would send them. A cluster that was just made has none, and what has never
 * been printed is not in the cache.
 */
final class TrainingObjects {

  private TrainingObjects() {}

  static List<Item> items(KindRegistry kinds, Instant now) {
    ObjectMeta meta =
        ObjectMeta.newBuilder()
            .setName("training")
            .setNamespace("default")
            .setUid("training")
            .setCreationTimestamp(ApiTimes.of(now.minusSeconds(90)))
            .putLabels("app", "training")
            .build();
    PodSpec spec =
        PodSpec.newBuilder()
            .setNodeName("node")
            .addContainers(Container.newBuilder().setName("web").setImage("training:1"))
            .build();
    PodTemplateSpec template = PodTemplateSpec.newBuilder().setMetadata(meta).setSpec(spec).build();
    LabelSelector selector = LabelSelector.newBuilder().putMatchLabels("app", "training").build();
    return List.of(
        item(
            kinds, Pod.newBuilder().setMetadata(meta).setSpec(spec).setStatus(status(now)).build()),
        item(
            kinds,
            ReplicaSet.newBuilder()
                .setMetadata(meta)
                .setSpec(ReplicaSetSpec.newBuilder().setSelector(selector).setTemplate(template))
                .build()),
        item(
            kinds,
            Deployment.newBuilder()
                .setMetadata(meta)
                .setSpec(DeploymentSpec.newBuilder().setSelector(selector).setTemplate(template))
                .setStatus(DeploymentStatus.newBuilder().setReplicas(1).setReadyReplicas(1))
                .build()));
  }

  private static PodStatus status(Instant now) {
    return PodStatus.newBuilder()
        .setPhase("Running")
        .setPodIp("10.88.0.2")
        .addContainerStatuses(
            ContainerStatus.newBuilder()
                .setName("web")
                .setReady(true)
                .setState(
                    ContainerState.newBuilder()
                        .setRunning(
                            ContainerStateRunning.newBuilder().setStartedAt(ApiTimes.of(now)))))
        .build();
  }

  /** Read from bytes, as what comes over the wire is. */
  private static Item item(KindRegistry kinds, Message object) {
    try {
      Message read = object.getParserForType().parseFrom(object.toByteString());
      return new Item(kinds.require(object.getDescriptorForType().getName()), read);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
