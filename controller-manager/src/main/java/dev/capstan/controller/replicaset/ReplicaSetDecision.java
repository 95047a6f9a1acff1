package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.PodStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which pods a ReplicaSet takes, lets go, makes and deletes. Terminal pods and pods that
 * are going do not count and are left alone: they are replaced at once, as in Kubernetes.
 */
public final class ReplicaSetDecision {

  /** Most pods made or deleted by one decision (Kubernetes' burstReplicas). */
  static final int BURST = 500;

  private ReplicaSetDecision() {}

  /** What to do now; empty if everything is as it should be. */
  public static List<ReplicaSetAction> decide(ReplicaSetWorld world, Instant now) {
    ReplicaSet set = world.set();
    List<ReplicaSetAction> actions = new ArrayList<>();
    world.release().forEach(pod -> actions.add(new ReplicaSetAction.Release(pod)));
    if (set.getMetadata().hasDeletionTimestamp()) {
      return List.copyOf(actions);
    }
    if (!world.adopt().isEmpty()) {
      // Count again once they are ours: whether an adoption succeeds is not known here.
      world.adopt().forEach(pod -> actions.add(new ReplicaSetAction.Adopt(pod)));
      return List.copyOf(actions);
    }
    manage(world, now, actions);
    world
        .replicas()
        .nextAvailable(set.getSpec().getMinReadySeconds(), now)
        .ifPresent(after -> actions.add(new ReplicaSetAction.LookAgain(after)));
    return List.copyOf(actions);
  }

  private static void manage(ReplicaSetWorld world, Instant now, List<ReplicaSetAction> actions) {
    int missing = wanted(world.set()) - world.replicas().count();
    if (missing > 0 && !world.namespaceGoing()) {
      actions.add(new ReplicaSetAction.CreatePods(Math.min(missing, BURST)));
    } else if (missing < 0) {
      List<Pod> ranked =
          PodRanking.rank(
              world.replicas().pods().get(),
              PodStates.active(world.related().get()),
              world.set().getSpec().getMinReadySeconds(),
              now);
      int surplus = Math.min(-missing, BURST);
      actions.add(new ReplicaSetAction.DeletePods(List.copyOf(ranked.subList(0, surplus))));
    }
  }

  /** The wanted number of pods. */
  static int wanted(ReplicaSet set) {
    return set.getSpec().hasReplicas() ? set.getSpec().getReplicas() : 1;
  }
}
