package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetStatus;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.EventTexts;
import dev.capstan.controller.Owners;
import dev.capstan.controller.Patches;
import dev.capstan.controller.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries out what {@link ReplicaSetDecision} decided. */
public final class ReplicaSetApply {

  private final Cluster cluster;
  private final PodMaker maker;

  public ReplicaSetApply(Cluster cluster, PodMaker maker) {
    this.cluster = cluster;
    this.maker = maker;
  }

  /** Carries out the actions; says why pods could not be made or deleted. */
  public Optional<ReplicaSetStatuses.Failure> apply(ReplicaSet set, List<ReplicaSetAction> actions)
      throws InterruptedException {
    Optional<ReplicaSetStatuses.Failure> failure = Optional.empty();
    for (ReplicaSetAction action : actions) {
      Optional<ReplicaSetStatuses.Failure> here =
          switch (action) {
            case ReplicaSetAction.Adopt(Pod pod) -> adopt(set, pod);
            case ReplicaSetAction.Release(Pod pod) -> release(set, pod);
            case ReplicaSetAction.CreatePods(int count) -> create(set, count);
            case ReplicaSetAction.DeletePods(List<Pod> pods) -> delete(set, pods);
            case ReplicaSetAction.LookAgain ignored -> Optional.empty();
          };
      failure = failure.or(() -> here);
    }
    return failure;
  }

  /** Stores a new status, on the version it was counted for. */
  public void status(ReplicaSet set, ReplicaSetStatus status) throws InterruptedException {
    ReplicaSet fresh = set.toBuilder().setStatus(status).build();
    cluster.write(List.of(new Change.UpdateStatus<>(ObjectType.REPLICA_SET, fresh)));
  }

  /**
   * Takes an orphan. The ReplicaSet is read again first: one that was deleted since the snapshot
   * must not take what its deletion has just set free.
   */
  private Optional<ReplicaSetStatuses.Failure> adopt(ReplicaSet set, Pod pod)
      throws InterruptedException {
    boolean alive =
        cluster
            .get(ObjectType.REPLICA_SET, Change.key(set.getMetadata()))
            .map(ReplicaSet::getMetadata)
            .filter(meta -> meta.getUid().equals(set.getMetadata().getUid()))
            .filter(meta -> !meta.hasDeletionTimestamp())
            .isPresent();
    if (alive) {
      List<OwnerReference> owners = new ArrayList<>(pod.getMetadata().getOwnerReferencesList());
      owners.add(Owners.controllerRef("apps/v1", "ReplicaSet", set.getMetadata()));
      patchOwners(pod.getMetadata(), owners);
    }
    return Optional.empty();
  }

  private Optional<ReplicaSetStatuses.Failure> release(ReplicaSet set, Pod pod)
      throws InterruptedException {
    patchOwners(pod.getMetadata(), Owners.without(pod.getMetadata(), set.getMetadata().getUid()));
    return Optional.empty();
  }

  private void patchOwners(ObjectMeta pod, List<OwnerReference> owners)
      throws InterruptedException {
    cluster.write(
        List.of(
            new Change.Patch(
                ObjectType.POD,
                Change.key(pod),
                Change.unchanged(pod),
                Patches.ownerReferences(owners))));
  }

  /**
   * Makes pods in batches of 1, 2, 4, …: when the server refuses them (a quota, a bad template),
   * one refusal is enough, not hundreds. Kubernetes' slowStartBatch.
   */
  private Optional<ReplicaSetStatuses.Failure> create(ReplicaSet set, int count)
      throws InterruptedException {
    List<String> made = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    int left = count;
    for (int size = 1; left > 0 && refusal.isEmpty(); size *= 2) {
      int batch = Math.min(size, left);
      refusal = createBatch(set, batch, made);
      left -= batch;
    }
    EventTexts.pods("Created", made)
        .forEach(text -> tell(set, Cluster.EventType.NORMAL, "SuccessfulCreate", text));
    refusal.ifPresent(
        why -> tell(set, Cluster.EventType.WARNING, "FailedCreate", "Error creating: " + why));
    return refusal.map(why -> new ReplicaSetStatuses.Failure("FailedCreate", why));
  }

  private Optional<String> createBatch(ReplicaSet set, int size, List<String> made)
      throws InterruptedException {
    List<Pod> pods = maker.make(set, size);
    List<Written> results = writeOrRemember(set, pods);
    Optional<String> refusal = Optional.empty();
    for (int i = 0; i < size; i++) {
      switch (results.get(i)) {
        case Written.Done ignored -> made.add(pods.get(i).getMetadata().getName());
        // The name is random: the pod is ours, made by a try whose outcome was not known.
        case Written.Taken ignored -> {}
        case Written.Stale(String why) -> refusal = Optional.of(why);
        case Written.Gone(String why) -> refusal = Optional.of(why);
        case Written.Refused(String why) -> refusal = Optional.of(why);
      }
    }
    return refusal;
  }

  private List<Written> writeOrRemember(ReplicaSet set, List<Pod> pods)
      throws InterruptedException {
    boolean settled = false;
    try {
      List<Written> results =
          cluster.write(
              pods.stream().map(pod -> new Change.Create<>(ObjectType.POD, pod)).toList());
      settled = true;
      return results;
    } finally {
      if (!settled) {
        maker.unknown(set, pods);
      }
    }
  }

  private Optional<ReplicaSetStatuses.Failure> delete(ReplicaSet set, List<Pod> pods)
      throws InterruptedException {
    List<Written> results =
        cluster.write(pods.stream().map(pod -> deletion(pod.getMetadata())).toList());
    List<String> deleted = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    for (int i = 0; i < pods.size(); i++) {
      if (results.get(i).done()) {
        deleted.add(pods.get(i).getMetadata().getName());
      } else if (results.get(i) instanceof Written.Refused(String why)) {
        refusal = refusal.or(() -> Optional.of(why));
      }
    }
    EventTexts.pods("Deleted", deleted)
        .forEach(text -> tell(set, Cluster.EventType.NORMAL, "SuccessfulDelete", text));
    refusal.ifPresent(
        why -> tell(set, Cluster.EventType.WARNING, "FailedDelete", "Error deleting: " + why));
    return refusal.map(why -> new ReplicaSetStatuses.Failure("FailedDelete", why));
  }

  private static Change deletion(ObjectMeta pod) {
    DeleteOptions options =
        DeleteOptions.newBuilder().setPreconditions(Change.unchanged(pod)).build();
    return new Change.Delete(ObjectType.POD, Change.key(pod), options);
  }

  private void tell(ReplicaSet set, Cluster.EventType type, String reason, String message) {
    cluster.event(
        EventTexts.reference("apps/v1", "ReplicaSet", set.getMetadata()), type, reason, message);
  }
}
