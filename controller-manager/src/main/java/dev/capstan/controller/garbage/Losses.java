package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Cluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Confirms that owners are lost, by reads that are never stale. Made for what is written together,
 * after the snapshot that was decided on; asks about each owner once, however many of these objects
 * name it. No uid comes a second time; but who waits for its dependents may be told not to, which
 * is why it serves one call only. Not thread-safe.
 */
final class Losses {

  /** An owner as a reference names it; the name counts, for a reference may be wrong. */
  private record Named(String kind, ObjectKey key, String uid) {}

  private final Cluster cluster;
  private final KindRegistry kinds;
  private final Map<Named, Boolean> lost = new HashMap<>();

  Losses(Cluster cluster, KindRegistry kinds) {
    this.cluster = cluster;
    this.kinds = kinds;
  }

  /** True if all these owners of an object are gone, or wait for their dependents. */
  boolean areLost(Item item, List<OwnerReference> owners) throws InterruptedException {
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
    if (type == null) {
      return false;
    }
    String namespace = type.kind().namespaced() ? item.meta().getNamespace() : "";
    ObjectKey key = new ObjectKey(namespace, reference.getName());
    Named owner = new Named(type.name(), key, reference.getUid());
    Boolean known = lost.get(owner);
    if (known == null) {
      known = isLost(type, key, reference);
      lost.put(owner, known);
    }
    return known;
  }

  private <T extends Message> boolean isLost(
      ObjectType<T> type, ObjectKey key, OwnerReference reference) throws InterruptedException {
    Optional<T> owner = cluster.get(type, key);
    return owner
        .map(found -> new Item(type, type.metadata(found)))
        .filter(found -> found.meta().getUid().equals(reference.getUid()))
        .map(Item::isWaitingForDependents)
        .orElse(true);
  }
}
