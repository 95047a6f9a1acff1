package dev.capstan.controller.replicaset;

import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.Claims;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.PodStates;
import dev.capstan.controller.Replicas;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a ReplicaSet's decision is made from, all at one version.
 *
 * @param set the ReplicaSet
 * @param replicas the active pods that it manages and keeps
 * @param labelled how many of these have all labels of its template
 * @param adopt active pods that it should take
 * @param release active pods that it should let go
 * @param related pods of all ReplicaSets under the same Deployment (its own included): where they
 *     run decides which pods are doubled up; asked for only if some must go
 * @param namespaceGoing nothing can be created in the namespace any more
 */
public record ReplicaSetWorld(
    ReplicaSet set,
    Replicas replicas,
    int labelled,
    List<Pod> adopt,
    List<Pod> release,
    Supplier<List<Pod>> related,
    boolean namespaceGoing) {

  /**
   * Sorts out its pods.
   *
   * @param managed pods that it manages
   * @param orphans pods of its namespace that nobody manages, in any state
   */
  public static ReplicaSetWorld of(
      ReplicaSet set,
      ManagedPods managed,
      List<Pod> orphans,
      Supplier<List<Pod>> related,
      boolean namespaceGoing) {
    ObjectMeta meta = set.getMetadata();
    LabelSelector selector = set.getSpec().getSelector();
    Predicate<Map<String, String>> keeps = Claims.keeps(meta, selector);
    Predicate<Map<String, String>> labelled =
        LabelSelectors.compile(set.getSpec().getTemplate().getMetadata().getLabelsMap());
    Replicas strays = managed.replicas(keeps.negate());
    List<Pod> release = strays.count() == 0 ? List.of() : strays.pods().get();
    List<Pod> adopt =
        Claims.of(meta, selector, PodStates.active(orphans), Pod::getMetadata).adopt();
    return new ReplicaSetWorld(
        set,
        managed.replicas(keeps),
        managed.replicas(keeps.and(labelled)).count(),
        adopt,
        release,
        related,
        namespaceGoing);
  }
}
