package dev.capstan.controller;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.Snapshot;
import java.time.Duration;

/**
 * How long the controllers of workloads wait after a change. A look costs little, but one that
 * finds other counts writes a status, which everybody who watches is sent; if each pod that starts
 * led to one, n pods would cost n statuses of their ReplicaSet and n of their Deployment beside
 * their own. A pause in proportion to the pods makes that a few, however many start, since the time
 * that they take to start is in proportion to them as well. What users ask for is done at once.
 */
final class Paces {

  /** Workloads up to this size are looked at at once. */
  private static final int SMALL = 200;

  private static final Duration PER_POD = Duration.ofNanos(100_000);
  private static final Duration LONGEST = Duration.ofMillis(500);

  private Paces() {}

  /** After a change of one of its pods. */
  static Duration ofReplicaSet(Snapshot snapshot, ObjectKey key) {
    return snapshot
        .find(ObjectType.REPLICA_SET, key.namespace(), key.name())
        .map(ReplicaSet::getSpec)
        .map(ReplicaSetSpec::getReplicas)
        .map(Paces::of)
        .orElse(Duration.ZERO);
  }

  /** After a change of one of its pods. */
  static Duration ofDeployment(Snapshot snapshot, ObjectKey key) {
    return snapshot
        .find(ObjectType.DEPLOYMENT, key.namespace(), key.name())
        .map(Deployment::getSpec)
        .map(DeploymentSpec::getReplicas)
        .map(Paces::of)
        .orElse(Duration.ZERO);
  }

  /** After a change of a ReplicaSet; a rollout waits for one that takes note of its size. */
  static Duration afterReplicaSet(Change<ReplicaSet> change, ObjectKey key) {
    ReplicaSet before = change.before();
    ReplicaSet after = change.after();
    boolean counts =
        before != null
            && after != null
            && isSame(before.getMetadata(), after.getMetadata())
            && before.getStatus().getObservedGeneration()
                == after.getStatus().getObservedGeneration();
    return counts ? of(change.object().getSpec().getReplicas()) : Duration.ZERO;
  }

  /** After a change of a Deployment. */
  static Duration afterDeployment(Change<Deployment> change, ObjectKey key) {
    Deployment before = change.before();
    Deployment after = change.after();
    boolean counts =
        before != null && after != null && isSame(before.getMetadata(), after.getMetadata());
    return counts ? of(change.object().getSpec().getReplicas()) : Duration.ZERO;
  }

  /** True if nothing but the status has changed: the generation counts changes of the spec. */
  private static boolean isSame(ObjectMeta before, ObjectMeta after) {
    return before.toBuilder()
        .clearResourceVersion()
        .build()
        .equals(after.toBuilder().clearResourceVersion().build());
  }

  /** The pause for a workload of so many pods. */
  static Duration of(int pods) {
    if (pods <= SMALL) {
      return Duration.ZERO;
    }
    Duration pause = PER_POD.multipliedBy(pods);
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }
}
