package dev.capstan.controller.model;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.Owners;
import dev.capstan.controller.PodStates;
import dev.capstan.controller.deployment.DeploymentAction;
import dev.capstan.controller.deployment.DeploymentApply;
import dev.capstan.controller.deployment.DeploymentDecision;
import dev.capstan.controller.deployment.DeploymentWorld;
import dev.capstan.controller.model.ModelCluster.State;
import dev.capstan.controller.replicaset.PodMaker;
import dev.capstan.controller.replicaset.ReplicaSetAction;
import dev.capstan.controller.replicaset.ReplicaSetApply;
import dev.capstan.controller.replicaset.ReplicaSetDecision;
import dev.capstan.controller.replicaset.ReplicaSetStatuses;
import dev.capstan.controller.replicaset.ReplicaSetWorld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * One Deployment with its controllers, a scheduler and kubelets, in steps whose order chance
 * decides. A controller may decide on an old state, but never on one older than its own last write
 * for the same object: what the caches promise.
 */
public final class RolloutModel {

  public static final ObjectKey WEB = new ObjectKey("default", "web");

  public final ModelCluster cluster = new ModelCluster();
  private final Random random;
  private PodMaker maker;

  /** The state each controller saw last, by what it works on. */
  private final Map<String, State> seen = new LinkedHashMap<>();

  private State recent;

  /** Pods of these images never become ready. */
  private Predicate<String> broken = image -> false;

  public RolloutModel(Random random, Deployment deployment) {
    this.random = random;
    this.maker = new PodMaker(random);
    cluster.put(ObjectType.DEPLOYMENT, deployment);
    recent = cluster.state();
  }

  public void breakImages(Predicate<String> images) {
    broken = images;
  }

  public Deployment deployment() {
    return cluster.state().find(ObjectType.DEPLOYMENT, WEB).orElseThrow();
  }

  /** A user's change. */
  public void edit(java.util.function.UnaryOperator<Deployment> change) {
    cluster.put(ObjectType.DEPLOYMENT, change.apply(deployment()));
  }

  /** The controllers die and come back with fresh caches. */
  public void restartControllers() {
    cluster.crashAfter(Long.MAX_VALUE);
    seen.clear();
    recent = cluster.state();
    maker = new PodMaker(random);
  }

  /** One step of whoever's turn it is. */
  public void step() throws InterruptedException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> deploymentStep();
      case 3, 4, 5 -> replicaSetStep();
      case 6, 7 -> kubeletStep();
      case 8 -> cluster.advance(1);
      default -> recent = cluster.state();
    }
  }

  /** Every controller and kubelet until nothing changes any more. */
  public void settle() throws InterruptedException {
    long before;
    int quiet = 0;
    for (int round = 0; quiet < 3; round++) {
      if (round > 2000) {
        throw new AssertionError("does not settle: " + describe());
      }
      recent = cluster.state();
      before = cluster.writes();
      boolean moved = false;
      deploymentStep();
      for (int i = 0; i < cluster.state().all(ObjectType.REPLICA_SET).size(); i++) {
        replicaSetStep(cluster.state().all(ObjectType.REPLICA_SET).get(i));
        recent = cluster.state();
      }
      for (Pod pod : cluster.state().all(ObjectType.POD)) {
        moved |= kubelet(pod);
      }
      cluster.advance(1);
      quiet = moved || cluster.writes() != before ? 0 : quiet + 1;
    }
  }

  private State view(String who) {
    State own = seen.get(who);
    // Either what everybody sees, a little old, or the present; never before one's own writes.
    State picked = random.nextBoolean() ? recent : cluster.state();
    return own != null && own.now().isAfter(picked.now()) ? own : picked;
  }

  public void deploymentStep() throws InterruptedException {
    State state = view("deployment");
    Optional<Deployment> deployment = state.find(ObjectType.DEPLOYMENT, WEB);
    if (deployment.isEmpty()) {
      return;
    }
    long before = cluster.writes();
    List<DeploymentAction> actions =
        DeploymentDecision.decide(world(state, deployment.get()), cluster.now());
    new DeploymentApply(cluster).apply(deployment.get(), actions, cluster.now());
    wrote("deployment", before);
  }

  private static DeploymentWorld world(State state, Deployment deployment) {
    Map<String, ManagedPods> pods = new LinkedHashMap<>();
    state
        .all(ObjectType.REPLICA_SET)
        .forEach(set -> pods.put(set.getMetadata().getUid(), ManagedPods.of(podsOf(state, set))));
    List<ReplicaSet> sets = state.all(ObjectType.REPLICA_SET);
    return new DeploymentWorld(
        deployment,
        sets,
        name -> sets.stream().anyMatch(set -> set.getMetadata().getName().equals(name)),
        pods,
        false);
  }

  private static List<Pod> podsOf(State state, ReplicaSet set) {
    return state.all(ObjectType.POD).stream()
        .filter(pod -> Owners.controllerUid(pod.getMetadata()).equals(set.getMetadata().getUid()))
        .toList();
  }

  private void replicaSetStep() throws InterruptedException {
    List<ReplicaSet> sets = cluster.state().all(ObjectType.REPLICA_SET);
    if (!sets.isEmpty()) {
      replicaSetStep(sets.get(random.nextInt(sets.size())));
    }
  }

  private void replicaSetStep(ReplicaSet which) throws InterruptedException {
    String name = which.getMetadata().getName();
    State state = view(name);
    Optional<ReplicaSet> set = state.find(ObjectType.REPLICA_SET, new ObjectKey("default", name));
    if (set.isEmpty()) {
      return;
    }
    long before = cluster.writes();
    ReplicaSetWorld world =
        ReplicaSetWorld.of(
            set.get(),
            ManagedPods.of(podsOf(state, set.get())),
            List.of(),
            () -> state.all(ObjectType.POD),
            false);
    List<ReplicaSetAction> actions = ReplicaSetDecision.decide(world, cluster.now());
    ReplicaSetApply apply = new ReplicaSetApply(cluster, maker);
    Optional<ReplicaSetStatuses.Failure> failure = apply.apply(set.get(), actions);
    var status = ReplicaSetStatuses.decide(world, failure, cluster.now());
    if (status.isPresent()) {
      apply.status(set.get(), status.get());
    }
    wrote(name, before);
  }

  private void wrote(String who, long before) {
    if (cluster.writes() != before) {
      // Strictly later than every state handed out before.
      cluster.advance(1);
      seen.put(who, cluster.state());
    }
  }

  private void kubeletStep() {
    List<Pod> pods = cluster.state().all(ObjectType.POD);
    if (!pods.isEmpty()) {
      kubelet(pods.get(random.nextInt(pods.size())));
    }
  }

  /** Schedules, starts, readies or finishes a pod; false if there is nothing to do for it. */
  private boolean kubelet(Pod pod) {
    if (PodStates.isGoing(pod)) {
      cluster.delete(
          ObjectType.POD,
          ObjectType.POD.key(pod),
          DeleteOptions.newBuilder().setGracePeriodSeconds(0).build());
      return true;
    }
    if (pod.getSpec().getNodeName().isEmpty()) {
      Pod.Builder bound = pod.toBuilder();
      bound.getSpecBuilder().setNodeName("node-" + random.nextInt(3));
      cluster.put(ObjectType.POD, bound.build());
      return true;
    }
    if (!PodStates.isReady(pod)
        && !broken.test(pod.getSpec().getContainers(0).getImage())
        && !PodStates.isTerminal(pod)) {
      cluster.put(ObjectType.POD, Things.ready(pod, cluster.now()));
      return true;
    }
    return false;
  }

  /** A pod's container dies for good, or only stops being ready. */
  public void hurtSomePod() {
    List<Pod> pods = cluster.state().all(ObjectType.POD);
    if (pods.isEmpty()) {
      return;
    }
    Pod pod = pods.get(random.nextInt(pods.size()));
    if (random.nextBoolean()) {
      cluster.put(ObjectType.POD, Things.unready(pod, cluster.now()));
    } else {
      Pod.Builder failed = pod.toBuilder();
      failed.getStatusBuilder().setPhase("Failed").clearConditions();
      cluster.put(ObjectType.POD, failed.build());
    }
  }

  /** Pods that count. */
  public int total() {
    return PodStates.active(cluster.state().all(ObjectType.POD)).size();
  }

  /** Pods that count and are available. */
  public int available() {
    return (int)
        PodStates.active(cluster.state().all(ObjectType.POD)).stream()
            .filter(pod -> PodStates.isAvailable(pod, minReady(pod), cluster.now()))
            .count();
  }

  private int minReady(Pod pod) {
    return cluster.state().all(ObjectType.REPLICA_SET).stream()
        .filter(set -> Owners.controllerUid(pod.getMetadata()).equals(set.getMetadata().getUid()))
        .map(set -> set.getSpec().getMinReadySeconds())
        .findFirst()
        .orElse(0);
  }

  public int maxTotal() {
    var rolling = deployment().getSpec().getStrategy().getRollingUpdate();
    int replicas = deployment().getSpec().getReplicas();
    return replicas + IntOrStrings.scaled(rolling.getMaxSurge(), replicas, true);
  }

  public int minAvailable() {
    var rolling = deployment().getSpec().getStrategy().getRollingUpdate();
    int replicas = deployment().getSpec().getReplicas();
    int surge = IntOrStrings.scaled(rolling.getMaxSurge(), replicas, true);
    int missing = IntOrStrings.scaled(rolling.getMaxUnavailable(), replicas, false);
    return replicas - (surge == 0 && missing == 0 ? 1 : missing);
  }

  /** The pods of the current template that count. */
  public long updated() {
    var spec = deployment().getSpec().getTemplate().getSpec();
    return PodStates.active(cluster.state().all(ObjectType.POD)).stream()
        .filter(pod -> pod.getSpec().getContainersList().equals(spec.getContainersList()))
        .count();
  }

  public String describe() {
    List<String> lines = new ArrayList<>();
    for (ReplicaSet set : cluster.state().all(ObjectType.REPLICA_SET)) {
      ObjectMeta meta = set.getMetadata();
      lines.add(
          meta.getName()
              + " wanted "
              + set.getSpec().getReplicas()
              + " active "
              + PodStates.active(podsOf(cluster.state(), set)).size()
              + " "
              + meta.getAnnotationsMap());
    }
    return deployment().getSpec().getReplicas() + " wanted, " + total() + " pods; " + lines;
  }
}
