package dev.capstan.controller.garbage;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.OwnerReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what becomes of one object: the rules of Kubernetes' garbage collector
 * (pkg/controller/garbagecollector), as a function of one snapshot instead of a graph kept up by
 * events.
 */
public final class GarbageDecision {

  private GarbageDecision() {}

  /** What to do now; empty if the object stays as it is. */
  public static List<GarbageAction> decide(GarbageWorld world) {
    Item item = world.item();
    if (item.isOrphaning()) {
      return orphan(world);
    }
    if (item.isWaitingForDependents()) {
      return waiting(world);
    }
    return item.isGoing() || world.owners().isEmpty() ? List.of() : owned(world);
  }

  private static List<GarbageAction> orphan(GarbageWorld world) {
    Item item = world.item();
    if (world.dependents().isEmpty()) {
      return List.of(new GarbageAction.RemoveFinalizer(item, WellKnown.FINALIZER_ORPHAN));
    }
    List<GarbageAction> actions = new ArrayList<>();
    for (Item dependent : world.dependents()) {
      actions.add(new GarbageAction.Disown(dependent, item.meta().getUid()));
    }
    return List.copyOf(actions);
  }

  /** Its dependents see to themselves: they are visited when it starts to wait. */
  private static List<GarbageAction> waiting(GarbageWorld world) {
    Item item = world.item();
    String uid = item.meta().getUid();
    boolean blocked =
        world.dependents().stream()
            .filter(each -> !each.meta().getUid().equals(uid))
            .anyMatch(each -> each.blocks(uid));
    return blocked
        ? List.of()
        : List.of(new GarbageAction.RemoveFinalizer(item, WellKnown.FINALIZER_FOREGROUND));
  }

  private static List<GarbageAction> owned(GarbageWorld world) {
    Item item = world.item();
    List<OwnerReference> lost = references(world, Owner.State.ABSENT);
    List<OwnerReference> waiting = references(world, Owner.State.WAITING);
    List<OwnerReference> gone = new ArrayList<>(lost);
    gone.addAll(waiting);
    if (gone.isEmpty()) {
      return List.of();
    }
    if (gone.size() < world.owners().size()) {
      return List.of(new GarbageAction.DropLost(item, List.copyOf(gone)));
    }
    if (waiting.isEmpty() || world.dependents().isEmpty()) {
      return List.of(new GarbageAction.Collect(item, List.copyOf(gone), ownPolicy(item)));
    }
    boolean circle = world.dependents().stream().anyMatch(Item::isWaitingForDependents);
    if (circle && item.blocksAnyOwner()) {
      return List.of(new GarbageAction.Unblock(item));
    }
    return List.of(
        new GarbageAction.Collect(item, List.copyOf(gone), GarbageAction.Policy.FOREGROUND));
  }

  private static List<OwnerReference> references(GarbageWorld world, Owner.State state) {
    return world.owners().stream()
        .filter(owner -> owner.state() == state)
        .map(Owner::reference)
        .toList();
  }

  /** An object that already carries a finalizer of deletion keeps to it. */
  private static GarbageAction.Policy ownPolicy(Item item) {
    List<String> finalizers = item.meta().getFinalizersList();
    if (finalizers.contains(WellKnown.FINALIZER_ORPHAN)) {
      return GarbageAction.Policy.ORPHAN;
    }
    return finalizers.contains(WellKnown.FINALIZER_FOREGROUND)
        ? GarbageAction.Policy.FOREGROUND
        : GarbageAction.Policy.BACKGROUND;
  }
}
