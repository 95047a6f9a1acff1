package dev.capstan.controller;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import java.util.List;
import java.util.Optional;

/** Links from children to owners. */
public final class Owners {

  private Owners() {}

  /** The one owner that manages the object. */
  public static Optional<OwnerReference> controllerOf(ObjectMeta child) {
    // No stream: this is asked at every change of a pod.
    for (OwnerReference reference : child.getOwnerReferencesList()) {
      if (reference.getController()) {
        return Optional.of(reference);
      }
    }
    return Optional.empty();
  }

  /** Uid of the owner that manages the object; empty if nobody does. */
  public static String controllerUid(ObjectMeta child) {
    return controllerOf(child).map(OwnerReference::getUid).orElse("");
  }

  /** The reference a managed child carries. */
  public static OwnerReference controllerRef(String apiVersion, String kind, ObjectMeta owner) {
    return OwnerReference.newBuilder()
        .setApiVersion(apiVersion)
        .setKind(kind)
        .setName(owner.getName())
        .setUid(owner.getUid())
        .setController(true)
        .setBlockOwnerDeletion(true)
        .build();
  }

  /** The references without those to this owner. */
  public static List<OwnerReference> without(ObjectMeta child, String ownerUid) {
    return child.getOwnerReferencesList().stream()
        .filter(reference -> !reference.getUid().equals(ownerUid))
        .toList();
  }
}
