package dev.capstan.controller.garbage;

import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.cache.Snapshot;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to look at because an object has changed. It is asked for every change of every object, on
 * the informers' thread: nearly all of them mean nothing here, and a lost owner is one key, however
 * many dependents it had.
 */
public final class GarbageTriggers {

  private final GarbageGraph graph;

  public GarbageTriggers(GarbageGraph graph) {
    this.graph = graph;
  }

  /**
   * The keys that a change means; before and after are the same object, by its uid.
   *
   * @param snapshot shows the change
   * @param before null if it appeared
   * @param after null if it vanished
   */
  public List<GarbageKey> of(Snapshot snapshot, @Nullable Item before, @Nullable Item after) {
    if (before != null && after != null && before.isLike(after)) {
      return List.of();
    }
    Set<GarbageKey> keys = new LinkedHashSet<>();
    if (after == null) {
      addDependents(snapshot, before, keys);
    } else if (after.isGoing()) {
      addHeld(snapshot, after, keys);
    } else {
      addLostOwners(snapshot, after, keys);
    }
    if (before == null || after == null || !references(before).equals(references(after))) {
      addOwnersThatWait(snapshot, before, keys);
      addOwnersThatWait(snapshot, after, keys);
    }
    return List.copyOf(keys);
  }

  private static List<OwnerReference> references(Item item) {
    return item.meta().getOwnerReferencesList();
  }

  private void addHeld(Snapshot snapshot, Item going, Set<GarbageKey> keys) {
    if (going.isHeld()) {
      keys.add(new GarbageKey.Held(going.type().name(), going.key()));
    }
    if (going.isWaitingForDependents()) {
      addDependents(snapshot, going, keys);
    }
  }

  private void addDependents(Snapshot snapshot, @Nullable Item owner, Set<GarbageKey> keys) {
    if (owner != null && graph.hasDependents(snapshot, owner.meta().getUid())) {
      keys.add(new GarbageKey.Dependents(owner.meta().getUid()));
    }
  }

  /** While all its owners are there nothing is to be done: their end will be told. */
  private void addLostOwners(Snapshot snapshot, Item item, Set<GarbageKey> keys) {
    for (Owner owner : graph.owners(snapshot, item)) {
      if (owner.state() != Owner.State.PRESENT) {
        keys.add(new GarbageKey.Dependents(owner.reference().getUid()));
      }
    }
  }

  /** Also those of references that were taken off: what blocked them does so no more. */
  private void addOwnersThatWait(Snapshot snapshot, @Nullable Item item, Set<GarbageKey> keys) {
    if (item == null) {
      return;
    }
    for (OwnerReference reference : references(item)) {
      graph
          .owner(snapshot, item, reference)
          .filter(Item::isHeld)
          .map(owner -> new GarbageKey.Held(owner.type().name(), owner.key()))
          .ifPresent(keys::add);
    }
  }
}
