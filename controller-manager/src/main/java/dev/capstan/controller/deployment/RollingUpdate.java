package dev.capstan.controller.deployment;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step of a rolling update: first the new ReplicaSet grows as far as there is room, then the
 * old ones shrink: unhealthy pods first, then as many available ones as can be spared. The order is
 * Kubernetes' (pkg/controller/deployment/rolling.go); the counts are taken from the pods
 * themselves.
 *
 * <p>No step breaks the bounds, in whatever order the ReplicaSets carry it out: growing counts pods
 * that old ReplicaSets have not deleted yet, shrinking counts as lost every available pod that
 * could be hit.
 */
final class RollingUpdate {

  private RollingUpdate() {}

  /** New sizes by ReplicaSet, those that change; empty if nothing can move now. */
  static Map<OwnedSet, Integer> step(Rollout rollout, OwnedSet current) {
    int target = currentSize(rollout, current);
    if (target != current.wanted()) {
      Map<OwnedSet, Integer> sizes = new LinkedHashMap<>();
      sizes.put(current, target);
      return sizes;
    }
    return shrinkOld(rollout, current);
  }

  private static int currentSize(Rollout rollout, OwnedSet current) {
    int replicas = rollout.bounds().replicas();
    if (current.wanted() > replicas) {
      return Math.max(replicas, current.smallestSize(rollout.expendable()));
    }
    return current.wanted() + Math.min(replicas - current.wanted(), rollout.room());
  }

  private static Map<OwnedSet, Integer> shrinkOld(Rollout rollout, OwnedSet current) {
    Map<OwnedSet, Integer> sizes = new LinkedHashMap<>();
    int unavailable = current.wanted() - Math.min(current.wanted(), current.available());
    int most = rollout.wanted() - rollout.bounds().minAvailable() - unavailable;
    if (most <= 0) {
      return sizes;
    }
    Rollout cleaned = dropUnhealthy(rollout, most, sizes);
    dropAvailable(cleaned, sizes);
    sizes.entrySet().removeIf(entry -> entry.getValue() == entry.getKey().wanted());
    return sizes;
  }

  /** Pods that are not available keep nothing up: they go first, wherever they are. */
  private static Rollout dropUnhealthy(Rollout before, int most, Map<OwnedSet, Integer> sizes) {
    Rollout rollout = before;
    int left = most;
    for (OwnedSet set : before.old()) {
      int unhealthy = set.wanted() - Math.min(set.wanted(), set.available());
      int target =
          Math.max(
              set.wanted() - Math.min(unhealthy, left), set.smallestSize(rollout.expendable()));
      left -= set.wanted() - target;
      sizes.put(set, target);
      rollout = rollout.told(set, target);
    }
    return rollout;
  }

  private static void dropAvailable(Rollout before, Map<OwnedSet, Integer> sizes) {
    Rollout rollout = before;
    int left = before.expendable();
    for (OwnedSet set : before.old()) {
      int target =
          Math.max(
              set.wanted() - Math.min(set.wanted(), left), set.smallestSize(rollout.expendable()));
      left -= set.wanted() - target;
      sizes.replaceAll(
          (each, size) -> each.uid().equals(set.uid()) ? Integer.valueOf(target) : size);
      rollout = rollout.told(set, target);
    }
  }
}
