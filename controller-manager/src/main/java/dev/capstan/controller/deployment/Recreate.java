package dev.capstan.controller.deployment;

import java.util.LinkedHashMap;
import java.util.Map;

/** Recreate: all old pods are gone before the first new one is made. */
final class Recreate {

  private Recreate() {}

  /** New sizes for the old ReplicaSets, those that change. */
  static Map<OwnedSet, Integer> dismiss(Rollout rollout) {
    Map<OwnedSet, Integer> sizes = new LinkedHashMap<>();
    rollout.old().stream().filter(set -> set.wanted() > 0).forEach(set -> sizes.put(set, 0));
    return sizes;
  }

  /** True while a pod of an old ReplicaSet may still run something; going pods may. */
  static boolean oldPodsRun(Rollout rollout) {
    return rollout.old().stream().anyMatch(set -> set.alive() > 0);
  }

  /** True if a ReplicaSet must not grow yet, which also holds for a paused deployment. */
  static boolean mustWait(Rollout rollout, OwnedSet set) {
    return !Bounds.isRolling(rollout.deployment())
        && rollout.all().stream()
            .anyMatch(other -> other.alive() > 0 && !other.uid().equals(set.uid()));
  }

  /** The new size of the current ReplicaSet, if it changes. */
  static Map<OwnedSet, Integer> fill(Rollout rollout, OwnedSet current) {
    Map<OwnedSet, Integer> sizes = new LinkedHashMap<>();
    if (current.wanted() != rollout.bounds().replicas()) {
      sizes.put(current, rollout.bounds().replicas());
    }
    return sizes;
  }
}
