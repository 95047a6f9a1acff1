package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ObjectType;
import java.util.ArrayList;
import java.util.List;

/** Indexes that many need. Namespaces need none: see {@link Snapshot#list(ObjectType, String)}. */
public final class Indexes {

  private Indexes() {}

  /** By the uid of every owner. */
  public static <T extends Message> Index<T> byOwner(ObjectType<T> type) {
    return new Index<>(type, "owner", object -> uids(type.metadata(object), false));
  }

  /** By the uid of the owner that manages it. */
  public static <T extends Message> Index<T> byController(ObjectType<T> type) {
    return new Index<>(type, "controller", object -> uids(type.metadata(object), true));
  }

  private static List<String> uids(ObjectMeta object, boolean onlyController) {
    List<OwnerReference> owners = object.getOwnerReferencesList();
    if (owners.isEmpty()) {
      return List.of();
    }
    // No stream: this is asked twice for every change of an object.
    List<String> uids = new ArrayList<>(owners.size());
    for (OwnerReference owner : owners) {
      if (owner.getController() || !onlyController) {
        uids.add(owner.getUid());
      }
    }
    return uids;
  }

  /** By its own uid. */
  public static <T extends Message> Index<T> byUid(ObjectType<T> type) {
    return new Index<>(type, "uid", object -> List.of(type.metadata(object).getUid()));
  }

  /** By the value of a label; objects without it are not in the index. */
  public static <T extends Message> Index<T> byLabel(ObjectType<T> type, String label) {
    return new Index<>(
        type,
        label,
        object -> {
          String value = type.metadata(object).getLabelsMap().get(label);
          return value == null ? List.of() : List.of(value);
        });
  }

  /** Pods by the node they are bound to; "" for pods that are not bound. */
  public static Index<Pod> podsByNode() {
    return new Index<>(ObjectType.POD, "node", pod -> List.of(pod.getSpec().getNodeName()));
  }
}
