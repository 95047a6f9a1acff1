package dev.capstan.controller.deployment;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.Claims;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Deployment sorted out: which of its ReplicaSets is the current one, and how many pods there
 * are.
 *
 * @param current the ReplicaSet with the Deployment's template, if there is one
 * @param old the others, oldest first
 */
record Rollout(
    Deployment deployment, Bounds bounds, Optional<OwnedSet> current, List<OwnedSet> old) {

  static final Comparator<ReplicaSet> BY_AGE =
      Comparator.<ReplicaSet, Instant>comparing(
              set -> ApiTimes.instant(set.getMetadata().getCreationTimestamp()))
          .thenComparing(set -> set.getMetadata().getName());

  static Rollout of(DeploymentWorld world, Claims<ReplicaSet> claims, Instant now) {
    Deployment deployment = world.deployment();
    List<OwnedSet> sets =
        claims.kept().stream()
            .sorted(BY_AGE)
            .map(set -> OwnedSet.of(set, world.podsOf(set), now))
            .toList();
    // Of several with the same template the oldest counts, as in Kubernetes: everybody picks the
    // same.
    Optional<OwnedSet> current =
        sets.stream().filter(set -> hasTemplateOf(set.set(), deployment)).findFirst();
    List<OwnedSet> old = new ArrayList<>(sets);
    current.ifPresent(old::remove);
    return new Rollout(deployment, Bounds.of(deployment), current, List.copyOf(old));
  }

  static boolean hasTemplateOf(ReplicaSet set, Deployment deployment) {
    return TemplateHash.sameTemplate(
        set.getSpec().getTemplate(), deployment.getSpec().getTemplate());
  }

  /** All its ReplicaSets, the current one last. */
  List<OwnedSet> all() {
    return Stream.concat(old.stream(), current.stream()).toList();
  }

  /** ReplicaSets that are to have pods. */
  List<OwnedSet> scaledUp() {
    return all().stream().filter(set -> set.wanted() > 0).toList();
  }

  /**
   * True until the ReplicaSet controller has taken note of every size. Before that it may still act
   * on an older size, in either direction, and nothing here can be counted on. In its first
   * generation a ReplicaSet has no older size.
   */
  boolean isUnobserved() {
    return all().stream()
        .map(OwnedSet::set)
        .filter(set -> set.getMetadata().getGeneration() > 1)
        .anyMatch(
            set -> set.getStatus().getObservedGeneration() < set.getMetadata().getGeneration());
  }

  /** Pods there are or are about to be: what must not exceed {@link Bounds#maxTotal()}. */
  int size() {
    return all().stream().mapToInt(OwnedSet::size).sum();
  }

  /** Pods that have been asked for. */
  int wanted() {
    return all().stream().mapToInt(OwnedSet::wanted).sum();
  }

  /** Pods that are certainly still available once every ReplicaSet has its size. */
  int surelyAvailable() {
    return all().stream().mapToInt(set -> set.surelyAvailable(set.wanted())).sum();
  }

  /** How many available pods may be lost without falling below the bound. */
  int expendable() {
    return Math.max(0, surelyAvailable() - bounds.minAvailable());
  }

  /** How many pods may be added without exceeding the bound. */
  int room() {
    return Math.max(0, bounds.maxTotal() - size());
  }

  /** The same with another size told to one ReplicaSet. */
  Rollout told(OwnedSet set, int size) {
    return new Rollout(
        deployment,
        bounds,
        current.map(each -> each.uid().equals(set.uid()) ? each.told(size) : each),
        old.stream().map(each -> each.uid().equals(set.uid()) ? each.told(size) : each).toList());
  }
}
