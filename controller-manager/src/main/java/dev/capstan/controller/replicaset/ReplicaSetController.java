package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.Reconciler;
import dev.capstan.controller.ApiCluster;
import dev.capstan.controller.Outcomes;
import dev.capstan.controller.Owners;
import dev.capstan.controller.Views;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reconciles ReplicaSets. */
public final class ReplicaSetController implements Reconciler<ObjectKey> {

  private final Seam seam;
  private final Views views;
  private final ApiCluster.Events events;
  private final PodMaker maker;

  public ReplicaSetController(Seam seam, Views views, ApiCluster.Events events) {
    this.seam = seam;
    this.views = views;
    this.events = events;
    this.maker = new PodMaker(seam.random());
  }

  @Override
  public Outcome reconcile(ObjectKey key, Snapshot snapshot, Api api) throws InterruptedException {
    Optional<ReplicaSet> set = snapshot.find(ObjectType.REPLICA_SET, key);
    return set.isPresent() ? reconcile(set.get(), snapshot, api) : Outcome.DONE;
  }

  private Outcome reconcile(ReplicaSet set, Snapshot snapshot, Api api)
      throws InterruptedException {
    ReplicaSetWorld world = world(snapshot, set);
    Instant now = seam.clock().now();
    List<ReplicaSetAction> actions = ReplicaSetDecision.decide(world, now);
    ApiCluster cluster = new ApiCluster(api, events);
    ReplicaSetApply apply = new ReplicaSetApply(cluster, maker);
    Optional<ReplicaSetStatuses.Failure> failure = apply.apply(set, actions);
    Optional<ApiException> fault = cluster.failure();
    var status = ReplicaSetStatuses.decide(world, failure, now);
    if (status.isPresent()) {
      apply.status(set, status.get());
      fault = fault.or(cluster::failure);
    }
    return Outcomes.of(fault, lookAgain(actions));
  }

  private static Optional<Duration> lookAgain(List<ReplicaSetAction> actions) {
    return actions.stream()
        .filter(ReplicaSetAction.LookAgain.class::isInstance)
        .map(action -> ((ReplicaSetAction.LookAgain) action).after())
        .findFirst();
  }

  private ReplicaSetWorld world(Snapshot snapshot, ReplicaSet set) {
    String namespace = set.getMetadata().getNamespace();
    return ReplicaSetWorld.of(
        set,
        views.podsOf(snapshot, set.getMetadata().getUid()),
        snapshot.by(views.orphanPods, namespace),
        () -> related(snapshot, set),
        Views.isGoing(snapshot, namespace));
  }

  private List<Pod> related(Snapshot snapshot, ReplicaSet set) {
    String owner = Owners.controllerUid(set.getMetadata());
    List<ReplicaSet> siblings =
        owner.isEmpty() ? List.of(set) : snapshot.by(views.setsByController, owner);
    return siblings.stream()
        .flatMap(each -> snapshot.by(views.podsByController, each.getMetadata().getUid()).stream())
        .toList();
  }
}
