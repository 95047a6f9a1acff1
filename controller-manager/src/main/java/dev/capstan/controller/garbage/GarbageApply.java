package dev.capstan.controller.garbage;

import com.google.gson.JsonObject;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.Owners;
import dev.capstan.controller.Patches;
import dev.capstan.controller.Written;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * Carries out what {@link GarbageDecision} decided, in one visit. Nothing is deleted on what a
 * cache says: every loss of an owner is confirmed by a read that is never stale, and the object
 * must be unchanged. To be made after the snapshot that was decided on. Not thread-safe.
 */
public final class GarbageApply {

  /** Writes that travel together: as many as fit into one call. */
  static final int PORTION = 500;

  private final Cluster cluster;
  private final KindRegistry kinds;

  public GarbageApply(Cluster cluster, KindRegistry kinds) {
    this.cluster = cluster;
    this.kinds = kinds;
  }

  /**
   * Does one portion and leaves the rest to another visit, so that other keys have their turn:
   * after a write the runner comes again, once its caches have seen it. Portions of which nothing
   * came, as the server refuses all of it, are passed over; they must not stop the others.
   */
  public void apply(Stream<GarbageAction> actions) throws InterruptedException {
    Iterator<List<GarbageAction>> portions =
        actions.gather(Gatherers.<GarbageAction>windowFixed(PORTION)).iterator();
    boolean comesAgain = false;
    while (!comesAgain && portions.hasNext()) {
      comesAgain =
          cluster.write(changes(portions.next())).stream().anyMatch(GarbageApply::bringsBack);
    }
  }

  /** After a conflict, too, the runner comes again with what won. */
  private static boolean bringsBack(Written written) {
    return written.done() || written instanceof Written.Stale;
  }

  private List<Change> changes(List<GarbageAction> actions) throws InterruptedException {
    Losses losses = new Losses(cluster, kinds);
    List<Change> changes = new ArrayList<>();
    for (GarbageAction action : actions) {
      change(action, losses).ifPresent(changes::add);
    }
    return changes;
  }

  private static Optional<Change> change(GarbageAction action, Losses losses)
      throws InterruptedException {
    return switch (action) {
      case GarbageAction.RemoveFinalizer(Item item, String finalizer) ->
          Optional.of(patch(item, Patches.finalizers(without(item.meta(), finalizer))));
      case GarbageAction.Disown(Item item, String uid) ->
          Optional.of(patch(item, Patches.ownerReferences(Owners.without(item.meta(), uid))));
      case GarbageAction.Unblock(Item item) ->
          Optional.of(patch(item, Patches.ownerReferences(unblocked(item.meta()))));
      case GarbageAction.DropLost(Item item, List<OwnerReference> lost) ->
          losses.areLost(item, lost)
              ? Optional.of(patch(item, Patches.ownerReferences(others(item.meta(), lost))))
              : Optional.empty();
      case GarbageAction.Collect(Item item, List<OwnerReference> lost, var policy) ->
          losses.areLost(item, lost) ? Optional.of(delete(item, policy)) : Optional.empty();
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
}
