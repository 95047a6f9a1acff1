package dev.capstan.controller.deployment;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.Api;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.Reconciler;
import dev.capstan.controller.ApiCluster;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.Outcomes;
import dev.capstan.controller.Views;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reconciles Deployments. */
public final class DeploymentController implements Reconciler<ObjectKey> {

  private final Clock clock;
  private final Views views;
  private final ApiCluster.Events events;

  public DeploymentController(Clock clock, Views views, ApiCluster.Events events) {
    this.clock = clock;
    this.views = views;
    this.events = events;
  }

  @Override
  public Outcome reconcile(ObjectKey key, Snapshot snapshot, Api api) throws InterruptedException {
    Optional<Deployment> deployment = snapshot.find(ObjectType.DEPLOYMENT, key);
    if (deployment.isEmpty()) {
      return Outcome.DONE;
    }
    Instant now = clock.now();
    List<DeploymentAction> actions =
        DeploymentDecision.decide(world(snapshot, deployment.get()), now);
    ApiCluster cluster = new ApiCluster(api, events);
    new DeploymentApply(cluster).apply(deployment.get(), actions, now);
    return Outcomes.of(cluster.failure(), lookAgain(actions));
  }

  private static Optional<Duration> lookAgain(List<DeploymentAction> actions) {
    return actions.stream()
        .filter(DeploymentAction.LookAgain.class::isInstance)
        .map(action -> ((DeploymentAction.LookAgain) action).after())
        .findFirst();
  }

  private DeploymentWorld world(Snapshot snapshot, Deployment deployment) {
    String namespace = deployment.getMetadata().getNamespace();
    List<ReplicaSet> sets =
        new ArrayList<>(snapshot.by(views.setsByController, deployment.getMetadata().getUid()));
    Map<String, ManagedPods> pods = new LinkedHashMap<>();
    for (ReplicaSet set : sets) {
      String uid = set.getMetadata().getUid();
      pods.put(uid, views.podsOf(snapshot, uid));
    }
    sets.addAll(snapshot.by(views.orphanSets, namespace));
    return new DeploymentWorld(
        deployment,
        sets,
        name -> snapshot.find(ObjectType.REPLICA_SET, namespace, name).isPresent(),
        pods,
        Views.isGoing(snapshot, namespace));
  }
}
