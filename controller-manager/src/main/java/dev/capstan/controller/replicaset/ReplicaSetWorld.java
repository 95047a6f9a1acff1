package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import java.util.List;

/**
 * What a ReplicaSet's decision is made from, all at one version.
 *
 * @param set the ReplicaSet
 * @param candidates pods it manages and pods nobody manages, of its namespace, in any state
 * @param related pods of all ReplicaSets under the same Deployment (its own included): where they
 *     run decides which pods are doubled up
 * @param namespaceGoing nothing can be created in the namespace any more
 */
public record ReplicaSetWorld(
    ReplicaSet set, List<Pod> candidates, List<Pod> related, boolean namespaceGoing) {}
