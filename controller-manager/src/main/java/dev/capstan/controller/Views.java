package dev.capstan.controller;

import com.google.protobuf.Message;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.Index;
import dev.capstan.client.cache.Indexes;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How controllers look at a snapshot, and which keys a change means. */
public final class Views {

  public final Index<Pod> podsByController = Indexes.byController(ObjectType.POD);

  /** The pods of each controller, counted. */
  public final Tally<Pod, PodCounts> podCounts =
      new Tally<>(podsByController, "counts", PodCounts.NONE, PodCounts::of);

  public final Index<ReplicaSet> setsByController = Indexes.byController(ObjectType.REPLICA_SET);

  /** Pods nobody manages, by namespace. */
  public final Index<Pod> orphanPods = orphans(ObjectType.POD);

  /** ReplicaSets nobody manages, by namespace. */
  public final Index<ReplicaSet> orphanSets = orphans(ObjectType.REPLICA_SET);

  public final Index<Pod> podsByNode =
      new Index<>(
          ObjectType.POD,
          "node",
          pod ->
              pod.getSpec().getNodeName().isEmpty()
                  ? List.of()
                  : List.of(pod.getSpec().getNodeName()));

  private static <T extends Message> Index<T> orphans(ObjectType<T> type) {
    return new Index<>(
        type,
        "orphan",
        object -> {
          ObjectMeta meta = type.metadata(object);
          return Owners.controllerUid(meta).isEmpty() ? List.of(meta.getNamespace()) : List.of();
        });
  }

  /** Gives the informers the indexes and counts; they watch pods and ReplicaSets already. */
  public void addTo(InformerSet.Builder informers) {
    informers
        .index(podsByController)
        .tally(podCounts)
        .index(setsByController)
        .index(orphanPods)
        .index(orphanSets)
        .index(podsByNode);
  }

  /** The pods that the object with this uid manages. */
  public ManagedPods podsOf(Snapshot snapshot, String uid) {
    return new ManagedPods(
        snapshot.tally(podCounts, uid), () -> snapshot.by(podsByController, uid));
  }

  /** True if nothing can be created in the namespace any more. */
  public static boolean isGoing(Snapshot snapshot, String namespace) {
    return snapshot
        .find(ObjectType.NAMESPACE, "", namespace)
        .map(Namespace::getMetadata)
        .map(ObjectMeta::hasDeletionTimestamp)
        .orElse(false);
  }

  /** The ReplicaSets a change of a pod concerns: its manager, or those that may take it. */
  public static Set<ObjectKey> replicaSetsOf(Snapshot snapshot, Change<Pod> change) {
    if (!isNews(change)) {
      return Collections.emptySet();
    }
    return managers(
        change,
        Pod::getMetadata,
        "ReplicaSet",
        orphan ->
            selecting(
                snapshot.list(ObjectType.REPLICA_SET, orphan.getNamespace()),
                ReplicaSet::getMetadata,
                set -> set.getSpec().getSelector(),
                orphan));
  }

  /** The Deployments a change of a ReplicaSet concerns: its manager, or those that may take it. */
  public static Set<ObjectKey> deploymentsOf(Snapshot snapshot, Change<ReplicaSet> change) {
    return managers(
        change,
        ReplicaSet::getMetadata,
        "Deployment",
        orphan ->
            selecting(
                snapshot.list(ObjectType.DEPLOYMENT, orphan.getNamespace()),
                Deployment::getMetadata,
                deployment -> deployment.getSpec().getSelector(),
                orphan));
  }

  /** The Deployment above a pod's ReplicaSet, also above the one it had. */
  public static Set<ObjectKey> deploymentsOfPod(Snapshot snapshot, Change<Pod> change) {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    if (!isNews(change)) {
      return keys;
    }
    addDeployment(snapshot, change.before(), keys);
    addDeployment(snapshot, change.after(), keys);
    return keys;
  }

  private static void addDeployment(Snapshot snapshot, @Nullable Pod of, Set<ObjectKey> keys) {
    if (of == null) {
      return;
    }
    ObjectMeta pod = of.getMetadata();
    Owners.controllerOf(pod)
        .filter(reference -> reference.getKind().equals("ReplicaSet"))
        .flatMap(reference ->
            snapshot.find(ObjectType.REPLICA_SET, pod.getNamespace(), reference.getName()))
        .flatMap(set -> Owners.controllerOf(set.getMetadata()))
        .filter(reference -> reference.getKind().equals("Deployment"))
        .ifPresent(reference -> keys.add(new ObjectKey(pod.getNamespace(), reference.getName())));
  }

  /** False if a workload looks the same after it, e.g. when one of its pods was bound. */
  private static boolean isNews(Change<Pod> change) {
    Pod before = change.before();
    Pod after = change.after();
    return before == null
        || after == null
        || !PodCount.of(before).equals(PodCount.of(after))
        || !before.getMetadata().getLabelsMap().equals(after.getMetadata().getLabelsMap())
        || !PodStates.readySince(before).equals(PodStates.readySince(after))
        || !before
            .getMetadata()
            .getOwnerReferencesList()
            .equals(after.getMetadata().getOwnerReferencesList());
  }

  private static <T extends Message> Set<ObjectKey> managers(
      Change<T> change,
      Function<T, ObjectMeta> meta,
      String kind,
      Function<ObjectMeta, List<ObjectKey>> takers) {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    T before = change.before();
    T after = change.after();
    if (before != null) {
      addManager(meta.apply(before), kind, keys);
    }
    if (after != null) {
      addManager(meta.apply(after), kind, keys);
      if (Owners.controllerUid(meta.apply(after)).isEmpty()) {
        keys.addAll(takers.apply(meta.apply(after)));
      }
    }
    return keys;
  }

  private static void addManager(ObjectMeta child, String kind, Set<ObjectKey> keys) {
    Owners.controllerOf(child)
        .filter(reference -> reference.getKind().equals(kind))
        .map(OwnerReference::getName)
        .ifPresent(name -> keys.add(new ObjectKey(child.getNamespace(), name)));
  }

  private static <T> List<ObjectKey> selecting(
      List<T> owners,
      Function<T, ObjectMeta> meta,
      Function<T, LabelSelector> selector,
      ObjectMeta child) {
    List<ObjectKey> keys = new ArrayList<>();
    for (T owner : owners) {
      if (LabelSelectors.matches(selector.apply(owner), child.getLabelsMap())) {
        keys.add(new ObjectKey(child.getNamespace(), meta.apply(owner).getName()));
      }
    }
    return keys;
  }
}
