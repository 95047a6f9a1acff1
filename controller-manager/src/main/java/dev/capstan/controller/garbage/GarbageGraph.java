package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Index;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who owns whom, read from snapshots through an index of each kind by its owners' uids. */
public final class GarbageGraph {

  /**
   * Names an object of any kind.
   *
   * @param kind e.g. "Pod"
   */
  public record Key(String kind, ObjectKey object) {}

  /** A kind that takes part, and its index. */
  private record Member<T extends Message>(ObjectType<T> type, Index<T> byOwner) {
    static <T extends Message> Member<T> of(ObjectType<T> type) {
      return new Member<>(type, new Index<>(type, "owner", object -> uids(type.metadata(object))));
    }

    private static List<String> uids(ObjectMeta meta) {
      return meta.getOwnerReferencesList().stream().map(OwnerReference::getUid).distinct().toList();
    }

    void addDependents(Snapshot snapshot, String uid, List<Item> items) {
      snapshot.by(byOwner, uid).forEach(each -> items.add(new Item(type, type.metadata(each))));
    }

    Optional<Item> find(Snapshot snapshot, ObjectKey key) {
      return snapshot.find(type, key).map(each -> new Item(type, type.metadata(each)));
    }
  }

  private final KindRegistry kinds;
  private final Map<String, Member<?>> members = new LinkedHashMap<>();

  /**
   * @param watched the kinds the informers watch; owners of other kinds are never judged
   */
  public GarbageGraph(KindRegistry kinds, List<ObjectType<?>> watched) {
    this.kinds = kinds;
    watched.forEach(type -> members.put(type.name(), Member.of(type)));
  }

  /** Gives the informers the indexes. */
  public void addTo(InformerSet.Builder informers) {
    members.values().forEach(member -> informers.index(member.byOwner()));
  }

  /** The index of one kind, for snapshots made by hand. */
  @SuppressWarnings("unchecked") // A member is stored under its own type's name.
  <T extends Message> List<Index<T>> indexesOf(ObjectType<T> type) {
    Member<?> member = members.get(type.name());
    return member == null ? List.of() : List.of((Index<T>) member.byOwner());
  }

  /** What the decision about an object is made from; empty if it is gone. */
  public Optional<GarbageWorld> world(Snapshot snapshot, Key key) {
    return find(snapshot, key.kind(), key.object())
        .map(item ->
            new GarbageWorld(
                item, owners(snapshot, item), dependents(snapshot, item.meta().getUid())));
  }

  private Optional<Item> find(Snapshot snapshot, String kind, ObjectKey key) {
    Member<?> member = members.get(kind);
    return member == null ? Optional.empty() : member.find(snapshot, key);
  }

  private List<Item> dependents(Snapshot snapshot, String uid) {
    List<Item> items = new ArrayList<>();
    members.values().forEach(member -> member.addDependents(snapshot, uid, items));
    return items;
  }

  private List<Owner> owners(Snapshot snapshot, Item item) {
    return item.meta().getOwnerReferencesList().stream()
        .map(reference -> new Owner(reference, state(snapshot, item, reference)))
        .toList();
  }

  private Owner.State state(Snapshot snapshot, Item item, OwnerReference reference) {
    Optional<ObjectKey> key = ownerKey(item.meta(), reference);
    if (key.isEmpty()) {
      return Owner.State.PRESENT;
    }
    Optional<Item> owner =
        find(snapshot, reference.getKind(), key.get())
            .filter(found -> found.meta().getUid().equals(reference.getUid()));
    if (owner.isEmpty()) {
      return Owner.State.ABSENT;
    }
    return owner.get().isWaitingForDependents() ? Owner.State.WAITING : Owner.State.PRESENT;
  }

  /** Where an owner must be; empty if its kind is not known, or it cannot own this object. */
  private Optional<ObjectKey> ownerKey(ObjectMeta child, OwnerReference reference) {
    Optional<Kind> kind = kinds.byApiVersion(reference.getApiVersion(), reference.getKind());
    if (kind.isEmpty() || !members.containsKey(reference.getKind())) {
      return Optional.empty();
    }
    if (kind.get().namespaced() && child.getNamespace().isEmpty()) {
      return Optional.empty(); // A cluster-scoped object cannot say in which namespace to look.
    }
    String namespace = kind.get().namespaced() ? child.getNamespace() : "";
    return Optional.of(new ObjectKey(namespace, reference.getName()));
  }

  /**
   * Whom to visit when an object has changed: itself, if it has owners or waits; when it is going
   * or gone its dependents; and owners that wait for it.
   *
   * @param known false if the object appeared, or its references changed
   */
  public List<Key> touched(Snapshot snapshot, Item item, boolean known, boolean gone) {
    List<Key> keys = new ArrayList<>();
    boolean owned = item.meta().getOwnerReferencesCount() > 0;
    if (!gone && (item.isGoing() || (owned && !known))) {
      keys.add(new Key(item.type().name(), item.key()));
    }
    if (gone || item.isGoing()) {
      dependents(snapshot, item.meta().getUid())
          .forEach(each -> keys.add(new Key(each.type().name(), each.key())));
    }
    for (OwnerReference reference : item.meta().getOwnerReferencesList()) {
      ownerKey(item.meta(), reference)
          .filter(key -> find(snapshot, reference.getKind(), key).filter(Item::isGoing).isPresent())
          .ifPresent(key -> keys.add(new Key(reference.getKind(), key)));
    }
    return keys;
  }
}
