package dev.capstan.controller.garbage;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;

/** An object of any kind, as far as collection cares. */
public record Item(ObjectType<?> type, ObjectMeta meta) {

  ObjectKey key() {
    return new ObjectKey(meta.getNamespace(), meta.getName());
  }

  boolean isGoing() {
    return meta.hasDeletionTimestamp();
  }

  /** It stays until those that block it are gone. */
  boolean isWaitingForDependents() {
    return isGoing() && meta.getFinalizersList().contains(WellKnown.FINALIZER_FOREGROUND);
  }

  /** It stays until its dependents have been let go. */
  boolean isOrphaning() {
    return isGoing() && meta.getFinalizersList().contains(WellKnown.FINALIZER_ORPHAN);
  }

  /** It is going, and collection is to let it go in the end. */
  boolean isHeld() {
    return isWaitingForDependents() || isOrphaning();
  }

  /** True if collection sees no difference between two states of one object. */
  boolean isLike(Item other) {
    return isGoing() == other.isGoing()
        && meta.getOwnerReferencesList().equals(other.meta.getOwnerReferencesList())
        && meta.getFinalizersList().equals(other.meta.getFinalizersList());
  }

  /** True if a reference of this object keeps its owner from going in the foreground. */
  boolean blocks(String ownerUid) {
    return meta.getOwnerReferencesList().stream()
        .anyMatch(
            reference -> reference.getUid().equals(ownerUid) && reference.getBlockOwnerDeletion());
  }

  boolean blocksAnyOwner() {
    return meta.getOwnerReferencesList().stream().anyMatch(OwnerReference::getBlockOwnerDeletion);
  }
}
