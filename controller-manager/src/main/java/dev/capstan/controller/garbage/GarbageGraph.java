package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Index;
import dev.capstan.client.cache.Indexes;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who owns whom, read from snapshots through an index of each kind by its owners' uids. */
public final class GarbageGraph {

  /** A kind that takes part, and its index. */
  private record Member<T extends Message>(ObjectType<T> type, Index<T> byOwner) {
    static <T extends Message> Member<T> of(ObjectType<T> type) {
      return new Member<>(type, Indexes.byOwner(type));
    }

    void addDependents(Snapshot snapshot, String uid, List<Item> items) {
      snapshot.by(byOwner, uid).forEach(each -> items.add(new Item(type, type.metadata(each))));
    }

    boolean hasDependents(Snapshot snapshot, String uid) {
      return snapshot.has(byOwner, uid);
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

  /**
   * What the decisions about a key's objects are made from. Lazy: the world of an object is looked
   * up when it is asked for.
   */
  public Stream<GarbageWorld> worlds(Snapshot snapshot, GarbageKey key) {
    return items(snapshot, key).map(item -> world(snapshot, item));
  }

  private Stream<Item> items(Snapshot snapshot, GarbageKey key) {
    return switch (key) {
      case GarbageKey.Held(String kind, ObjectKey object) -> find(snapshot, kind, object).stream();
      // What is going is past this: if it is held it has a key of its own.
      case GarbageKey.Dependents(String uid) ->
          dependents(snapshot, uid).stream().filter(item -> !item.isGoing());
    };
  }

  private GarbageWorld world(Snapshot snapshot, Item item) {
    return new GarbageWorld(
        item, owners(snapshot, item), dependents(snapshot, item.meta().getUid()));
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

  /** True if an object names this owner. */
  boolean hasDependents(Snapshot snapshot, String uid) {
    return members.values().stream().anyMatch(member -> member.hasDependents(snapshot, uid));
  }

  /** The owners that an object names, and what has become of them. */
  List<Owner> owners(Snapshot snapshot, Item item) {
    return item.meta().getOwnerReferencesList().stream()
        .map(reference -> new Owner(reference, state(snapshot, item, reference)))
        .toList();
  }

  private Owner.State state(Snapshot snapshot, Item item, OwnerReference reference) {
    if (ownerKey(item.meta(), reference).isEmpty()) {
      return Owner.State.PRESENT;
    }
    return owner(snapshot, item, reference)
        .map(owner -> owner.isWaitingForDependents() ? Owner.State.WAITING : Owner.State.PRESENT)
        .orElse(Owner.State.ABSENT);
  }

  /** The owner that a reference of an object names, if it is there; another of its name is not. */
  Optional<Item> owner(Snapshot snapshot, Item item, OwnerReference reference) {
    return ownerKey(item.meta(), reference)
        .flatMap(key -> find(snapshot, reference.getKind(), key))
        .filter(found -> found.meta().getUid().equals(reference.getUid()));
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
}
