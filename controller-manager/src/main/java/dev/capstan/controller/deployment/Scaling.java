package dev.capstan.controller.deployment;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change of the Deployment's size. With one ReplicaSet in use it gets the new size; in the middle
 * of a rollout every ReplicaSet gets its share of the change, so that the risk stays spread as it
 * was. Kubernetes' proportional scaling (pkg/controller/deployment/sync.go), kept within the
 * bounds.
 */
final class Scaling {

  private Scaling() {}

  /** True if a ReplicaSet in use was last scaled for another size of the Deployment. */
  static boolean isDue(Rollout rollout) {
    String replicas = Integer.toString(rollout.bounds().replicas());
    return rollout.scaledUp().stream()
        .map(set -> Revisions.desired(set.set()))
        .anyMatch(desired -> !desired.isEmpty() && !desired.equals(replicas));
  }

  /** Sizes by ReplicaSet; those listed get the new notes even if their size stays. */
  static Map<OwnedSet, Integer> sizes(Rollout rollout) {
    Optional<OwnedSet> sole = sole(rollout);
    Map<OwnedSet, Integer> sizes = new LinkedHashMap<>();
    if (sole.isPresent()) {
      sizes.put(sole.get(), bounded(rollout, sole.get(), rollout.bounds().replicas()));
    } else if (rollout.current().filter(set -> isSaturated(rollout, set)).isPresent()) {
      shrink(rollout, rollout.old(), set -> 0, sizes);
    } else if (Bounds.isRolling(rollout.deployment()) && isDue(rollout)) {
      proportional(rollout, sizes);
    }
    return sizes;
  }

  /** The one ReplicaSet to scale: the only one with pods, or without any the newest. */
  private static Optional<OwnedSet> sole(Rollout rollout) {
    List<OwnedSet> inUse = rollout.scaledUp();
    if (inUse.size() > 1) {
      return Optional.empty();
    }
    if (inUse.size() == 1) {
      return Optional.of(inUse.getFirst());
    }
    return rollout
        .current()
        .or(() ->
            rollout.old().isEmpty() ? Optional.empty() : Optional.of(rollout.old().getLast()));
  }

  /** The current ReplicaSet has all the pods the Deployment wants. */
  private static boolean isSaturated(Rollout rollout, OwnedSet current) {
    int replicas = rollout.bounds().replicas();
    return current.wanted() == replicas
        && current.available() >= replicas
        && Revisions.desired(current.set()).equals(Integer.toString(replicas));
  }

  /** The size nearest to the target that keeps the bounds. */
  private static int bounded(Rollout rollout, OwnedSet set, int target) {
    if (target > set.wanted() && Recreate.mustWait(rollout, set)) {
      return set.wanted();
    }
    return target >= set.wanted()
        ? Math.min(target, set.wanted() + rollout.room())
        : Math.max(target, set.smallestSize(rollout.expendable()));
  }

  private static void proportional(Rollout rollout, Map<OwnedSet, Integer> sizes) {
    int allowed = rollout.bounds().replicas() == 0 ? 0 : rollout.bounds().maxTotal();
    int toAdd = Math.min(allowed - rollout.wanted(), rollout.room());
    List<OwnedSet> sets = new ArrayList<>(rollout.scaledUp());
    sets.sort(toAdd >= 0 ? LARGER_THEN_NEWER : LARGER_THEN_OLDER);
    Map<String, Integer> targets = shares(rollout, sets, toAdd);
    if (toAdd >= 0) {
      sets.forEach(set -> sizes.put(set, targets.getOrDefault(set.uid(), set.wanted())));
    } else {
      shrink(rollout, sets, set -> targets.getOrDefault(set.uid(), set.wanted()), sizes);
    }
  }

  /** Target sizes; what rounding leaves over goes to the largest. */
  private static Map<String, Integer> shares(Rollout rollout, List<OwnedSet> sets, int toAdd) {
    Map<String, Integer> targets = new LinkedHashMap<>();
    int added = 0;
    for (OwnedSet set : sets) {
      int share = share(rollout, set, toAdd - added);
      targets.put(set.uid(), set.wanted() + share);
      added += share;
    }
    OwnedSet largest = sets.getFirst();
    int rest = toAdd - added;
    targets.computeIfPresent(largest.uid(), (uid, size) -> Math.max(0, size + rest));
    return targets;
  }

  private static int share(Rollout rollout, OwnedSet set, int left) {
    int fraction = fraction(rollout, set);
    return left > 0 ? Math.clamp(fraction, 0, left) : Math.clamp(fraction, left, 0);
  }

  private static int fraction(Rollout rollout, OwnedSet set) {
    if (rollout.bounds().replicas() == 0) {
      return -set.wanted();
    }
    int before =
        Math.max(
            1, Revisions.maxReplicas(set.set(), rollout.deployment().getStatus().getReplicas()));
    double size = (double) set.wanted() * rollout.bounds().maxTotal() / before;
    return (int) Math.round(size) - set.wanted();
  }

  private interface Target {
    int of(OwnedSet set);
  }

  /** Shrinks one after the other, none below what keeps enough pods available. */
  private static void shrink(
      Rollout before, List<OwnedSet> sets, Target target, Map<OwnedSet, Integer> sizes) {
    Rollout rollout = before;
    for (OwnedSet set : sets) {
      int size = bounded(rollout, set, Math.min(target.of(set), set.wanted()));
      sizes.put(set, size);
      rollout = rollout.told(set, size);
    }
  }

  private static final Comparator<OwnedSet> LARGER =
      Comparator.comparing(OwnedSet::wanted, Comparator.reverseOrder());

  private static final Comparator<OwnedSet> LARGER_THEN_OLDER =
      LARGER.thenComparing(set -> created(set.set())).thenComparing(OwnedSet::name);

  private static final Comparator<OwnedSet> LARGER_THEN_NEWER =
      LARGER
          .thenComparing(set -> created(set.set()), Comparator.reverseOrder())
          .thenComparing(OwnedSet::name);

  private static Instant created(ReplicaSet set) {
    return ApiTimes.instant(set.getMetadata().getCreationTimestamp());
  }
}
