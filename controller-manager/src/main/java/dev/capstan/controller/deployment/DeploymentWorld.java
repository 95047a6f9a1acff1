package dev.capstan.controller.deployment;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.ManagedPods;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a Deployment's decision is made from, all at one version.
 *
 * @param deployment the Deployment
 * @param sets the ReplicaSets that it manages, and those of its namespace that nobody manages
 * @param nameTaken whether any ReplicaSet of its namespace has a name
 * @param pods the pods of its own ReplicaSets, by the uid of the ReplicaSet
 * @param namespaceGoing nothing can be created in the namespace any more
 */
public record DeploymentWorld(
    Deployment deployment,
    List<ReplicaSet> sets,
    Predicate<String> nameTaken,
    Map<String, ManagedPods> pods,
    boolean namespaceGoing) {

  /** The pods of one of its ReplicaSets. */
  ManagedPods podsOf(ReplicaSet set) {
    return pods.getOrDefault(set.getMetadata().getUid(), ManagedPods.NONE);
  }
}
