package dev.capstan.e2e.controllers;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import java.util.ArrayList;
import java.util.List;

/** Checks the bounds of a rollout at every revision. */
final class RolloutWatch {

  private final InformerSet pods;
  private final List<String> violations = new ArrayList<>();
  private int most = Integer.MAX_VALUE;
  private int least;

  RolloutWatch(Api api) {
    this.pods = InformerSet.of(api).watch(ObjectType.POD).build();
    pods.start();
    pods.onVersion(this::check);
  }

  /** From now on at least so many must be available, and at most so many may exist. */
  void expect(int available, int total) {
    least = available;
    most = total;
  }

  private void check(String version) {
    List<Pod> active =
        pods.snapshot().list(ObjectType.POD).stream()
            .filter(pod -> !pod.getMetadata().hasDeletionTimestamp())
            .toList();
    long available =
        active.stream()
            .filter(pod ->
                Conditions.isTrue(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY))
            .count();
    if (active.size() > most || available < least) {
      violations.add(version + ": " + active.size() + " pods, " + available + " available");
    }
  }

  List<String> violations() {
    return violations;
  }
}
