package dev.capstan.controller.garbage;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.Owners;
import dev.capstan.controller.Patches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries out what {@link GarbageDecision} decided. Nothing is deleted on what a cache says: every
 * loss of an owner is confirmed by a read that is never stale, and the object must be unchanged.
 */
public final class GarbageApply {

  private final Cluster cluster;
  private final KindRegistry kinds;

  public GarbageApply(Cluster cluster, KindRegistry kinds) {
    this.cluster = cluster;
    this.kinds = kinds;
  }

  public void apply(List<GarbageAction> actions) throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    for (GarbageAction action : actions) {
      change(action).ifPresent(changes::add);
    }
    cluster.write(changes);
  }

  private Optional<Change> change(GarbageAction action) throws InterruptedException {
    return switch (action) {
      case GarbageAction.RemoveFinalizer(Item item, String finalizer) ->
          Optional.of(patch(item, Patches.finalizers(without(item.meta(), finalizer))));
      case GarbageAction.Disown(Item item, String uid) ->
          Optional.of(patch(item, Patches.ownerReferences(Owners.without(item.meta(), uid))));
      case GarbageAction.Unblock(Item item) ->
          Optional.of(patch(item, Patches.ownerReferences(unblocked(item.meta()))));
      case GarbageAction.DropLost(Item item, List<OwnerReference> lost) ->
          areLost(item, lost)
              ? Optional.of(patch(item, Patches.ownerReferences(others(item.meta(), lost))))
              : Optional.empty();
      case GarbageAction.Collect(Item item, List<OwnerReference> lost, var policy) ->
          areLost(item, lost) ? Optional.of(delete(item, policy)) : Optional.empty();
    };
  }

  private static Change patch(Item item, JsonObject patch) {
    return new Change.Patch(item.type(), item.key(), Change.unchanged(item.meta()), patch);
  }

  private static Change delete(Item item, GarbageAction.Policy policy) {
    DeleteOptions options =
        DeleteOptions.newBuilder()
            .setPreconditions(Change.unchanged(item.meta()))
            .setPropagationPolicy(policy.word())
            .build();
    return new Change.Delete(item.type(), item.key(), options);
  }

  private static List<String> without(ObjectMeta meta, String finalizer) {
    return meta.getFinalizersList().stream().filter(each -> !each.equals(finalizer)).toList();
  }

  private static List<OwnerReference> others(ObjectMeta meta, List<OwnerReference> lost) {
    return meta.getOwnerReferencesList().stream().filter(each -> !lost.contains(each)).toList();
  }

  private static List<OwnerReference> unblocked(ObjectMeta meta) {
    return meta.getOwnerReferencesList().stream()
        .map(each -> each.toBuilder().clearBlockOwnerDeletion().build())
        .toList();
  }

  private boolean areLost(Item item, List<OwnerReference> owners) throws InterruptedException {
    for (OwnerReference owner : owners) {
      if (!isLost(item, owner)) {
        return false;
      }
    }
    return true;
  }

  private boolean isLost(Item item, OwnerReference reference) throws InterruptedException {
    ObjectType<?> type =
        kinds
            .byApiVersion(reference.getApiVersion(), reference.getKind())
            .map(kind -> ObjectType.of(kind.prototype()))
            .orElse(null);
    return type != null && isLost(type, item, reference);
  }

  private <T extends Message> boolean isLost(
      ObjectType<T> type, Item item, OwnerReference reference) throws InterruptedException {
    String namespace = type.kind().namespaced() ? item.meta().getNamespace() : "";
    Optional<T> owner = cluster.get(type, new ObjectKey(namespace, reference.getName()));
    return owner
        .map(found -> new Item(type, type.metadata(found)))
        .filter(found -> found.meta().getUid().equals(reference.getUid()))
        .map(Item::isWaitingForDependents)
        .orElse(true);
  }
}
