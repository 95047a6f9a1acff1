package dev.capstan.controller.deployment;

import dev.capstan.api.v1.ReplicaSet;
import java.util.Comparator;
import java.util.List;

/** Forgets old revisions. */
final class History {

  private History() {}

  /** Old ReplicaSets beyond the limit, the oldest revisions first, but none that has pods left. */
  static List<ReplicaSet> beyondLimit(Rollout rollout) {
    int limit =
        rollout.deployment().getSpec().hasRevisionHistoryLimit()
            ? rollout.deployment().getSpec().getRevisionHistoryLimit()
            : 10;
    List<OwnedSet> alive =
        rollout.old().stream()
            .filter(set -> !set.set().getMetadata().hasDeletionTimestamp())
            .sorted(Comparator.comparing(set -> Revisions.of(set.set())))
            .toList();
    return alive.stream()
        .limit(Math.max(0, alive.size() - limit))
        .filter(History::isEmpty)
        .map(OwnedSet::set)
        .toList();
  }

  private static boolean isEmpty(OwnedSet set) {
    ReplicaSet replicaSet = set.set();
    return set.wanted() == 0
        && set.alive() == 0
        && replicaSet.getStatus().getReplicas() == 0
        && replicaSet.getStatus().getObservedGeneration()
            >= replicaSet.getMetadata().getGeneration();
  }
}
