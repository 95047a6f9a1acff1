package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.Claims;
import dev.capstan.controller.PodStates;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a ReplicaSet's decision is made from, all at one version.
 *
 * @param set the ReplicaSet
 * @param claims which active pods it has, should take and should let go
 * @param related pods of all ReplicaSets under the same Deployment (its own included): where they
 *     run decides which pods are doubled up; asked for only if some must go
 * @param namespaceGoing nothing can be created in the namespace any more
 */
public record ReplicaSetWorld(
    ReplicaSet set, Claims<Pod> claims, Supplier<List<Pod>> related, boolean namespaceGoing) {

  /**
   * Sorts out its pods.
   *
   * @param candidates pods it manages and pods nobody manages, of its namespace, in any state
   */
  public static ReplicaSetWorld of(
      ReplicaSet set, List<Pod> candidates, Supplier<List<Pod>> related, boolean namespaceGoing) {
    Claims<Pod> claims =
        Claims.of(
            set.getMetadata(),
            set.getSpec().getSelector(),
            PodStates.active(candidates),
            Pod::getMetadata);
    return new ReplicaSetWorld(set, claims, related, namespaceGoing);
  }
}
