package dev.capstan.controller.deployment;

import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.Replicas;
import java.time.Instant;

/**
 * A ReplicaSet of a Deployment with its pods counted.
 *
 * <p>The pods are counted here and not read off the ReplicaSet's status, which lags: a status that
 * still counts a pod the last scaling took away would let the next one take too many.
 *
 * @param wanted the size it has been told to have
 * @param active pods that are neither terminal nor going
 * @param ready of these, ready
 * @param available of these, ready for minReadySeconds
 * @param alive pods that may still run something: not terminal, but maybe going
 */
record OwnedSet(ReplicaSet set, int wanted, int active, int ready, int available, int alive) {

  static OwnedSet of(ReplicaSet set, ManagedPods pods, Instant now) {
    int wanted = set.getSpec().hasReplicas() ? set.getSpec().getReplicas() : 1;
    Replicas replicas = pods.replicas();
    int available = replicas.available(set.getSpec().getMinReadySeconds(), now);
    return new OwnedSet(set, wanted, replicas.count(), replicas.ready(), available, pods.alive());
  }

  String name() {
    return set.getMetadata().getName();
  }

  String uid() {
    return set.getMetadata().getUid();
  }

  /** Pods it has or is about to have. */
  int size() {
    return Math.max(wanted, active);
  }

  /**
   * Pods that are certainly still available after it has shrunk (or is done shrinking) to a size:
   * those that are not available are deleted first (replicaset.PodRanking).
   */
  int surelyAvailable(int size) {
    return Math.min(available, size);
  }

  /** The smallest size at which no more than {@code loss} available pods are lost. */
  int smallestSize(int loss) {
    return Math.max(0, surelyAvailable(wanted) - loss);
  }

  /** The same after being told another size. */
  OwnedSet told(int size) {
    return new OwnedSet(set, size, active, ready, available, alive);
  }
}
