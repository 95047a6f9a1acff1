package dev.capstan.ctl.rollout;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of one rollout as a watch has shown them. */
final class View {

  private final String name;
  private final Map<String, ReplicaSet> replicaSets = new TreeMap<>();
  private final Map<String, Pod> pods = new TreeMap<>();
  private @Nullable Deployment deployment;
  private boolean complete;
  private boolean deleted;

  View(String name) {
    this.name = name;
  }

  /** Takes in a frame. */
  void take(WatchFrame frame) throws InvalidProtocolBufferException {
    for (WatchEvent event : frame.getEventsList()) {
      boolean gone = event.getType().equals("DELETED");
      switch (event.getKind()) {
        case "Deployment" -> {
          Deployment d = Deployment.parseFrom(event.getObject());
          if (d.getMetadata().getName().equals(name)) {
            deployment = gone ? null : d;
            deleted = gone;
          }
        }
        case "ReplicaSet" -> {
          ReplicaSet rs = ReplicaSet.parseFrom(event.getObject());
          put(replicaSets, rs.getMetadata().getName(), rs, gone);
        }
        case "Pod" -> {
          Pod pod = Pod.parseFrom(event.getObject());
          put(pods, pod.getMetadata().getName(), pod, gone);
        }
        default -> {}
      }
    }
    complete |= !frame.getResourceVersion().isEmpty();
  }

  private static <T> void put(Map<String, T> map, String key, T value, boolean gone) {
    if (gone) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  /** True once the initial state is whole. */
  boolean isComplete() {
    return complete;
  }

  /** True if the deployment was deleted while watching. */
  boolean isDeleted() {
    return deleted;
  }

  /** The deployment, if it is there. */
  Optional<Deployment> deployment() {
    return Optional.ofNullable(deployment);
  }

  /** The ReplicaSet made from the current template. */
  Optional<ReplicaSet> current() {
    Deployment d = deployment;
    if (d == null) {
      return Optional.empty();
    }
    PodTemplateSpec wanted = d.getSpec().getTemplate();
    return replicaSets.values().stream()
        .filter(rs -> owns(rs.getMetadata(), d.getMetadata().getUid()))
        .filter(rs -> withoutHash(rs.getSpec().getTemplate()).equals(withoutHash(wanted)))
        .findFirst();
  }

  /** The pods of the current template that are not going. */
  List<Pod> newPods() {
    Optional<ReplicaSet> rs = current();
    return rs.isEmpty()
        ? List.of()
        : pods.values().stream()
            .filter(p -> owns(p.getMetadata(), rs.get().getMetadata().getUid()))
            .filter(p -> !p.getMetadata().hasDeletionTimestamp())
            .toList();
  }

  /** How many pods of other templates are ready. */
  long oldReady() {
    List<String> fresh = newPods().stream().map(p -> p.getMetadata().getUid()).toList();
    return pods.values().stream()
        .filter(p -> !fresh.contains(p.getMetadata().getUid()))
        .filter(p -> !p.getMetadata().hasDeletionTimestamp())
        .filter(this::isOurs)
        .filter(
            p -> Conditions.isTrue(p.getStatus().getConditionsList(), WellKnown.CONDITION_READY))
        .count();
  }

  /**
   * Whether a ReplicaSet of this deployment owns the pod: the view holds other deployments' too.
   */
  private boolean isOurs(Pod pod) {
    Deployment d = deployment;
    return d != null
        && replicaSets.values().stream()
            .filter(rs -> owns(rs.getMetadata(), d.getMetadata().getUid()))
            .anyMatch(rs -> owns(pod.getMetadata(), rs.getMetadata().getUid()));
  }

  private static boolean owns(ObjectMeta child, String uid) {
    return child.getOwnerReferencesList().stream().anyMatch(o -> o.getUid().equals(uid));
  }

  private static PodTemplateSpec withoutHash(PodTemplateSpec template) {
    PodTemplateSpec.Builder b = template.toBuilder();
    b.getMetadataBuilder().removeLabels(WellKnown.LABEL_POD_TEMPLATE_HASH);
    return b.build();
  }
}
