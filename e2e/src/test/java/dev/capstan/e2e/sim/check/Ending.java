package dev.capstan.e2e.sim.check;

import dev.capstan.api.Conditions;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import java.util.Collection;

/**
 * I6, the end: in the store everything is as it is wanted.
 *
 * <p>Every deployment and ReplicaSet has been observed, has as many pods as it wants, and its
 * status says what is true of them. Every pod that is bound to a node in order is ready or has
 * ended; a pod may only wait to be scheduled if it is said to be unschedulable, and only then it
 * is. Nothing is still being deleted, and nothing has lost all its owners. On nodes that are not
 * Ready, and for objects with finalizers of a user's, nothing is asked.
 */
final class Ending {

  private final World world;
  private final Report report;
  private final Owners owners;
  private final KindRegistry kinds;

  Ending(World world, Report report, Owners owners, Setup setup) {
    this.world = world;
    this.report = report;
    this.owners = owners;
    this.kinds = setup.kinds();
  }

  void judge() {
    for (Kind kind : kinds.kinds()) {
      if (!kind.name().equals("Event")) {
        world.all(kind.name()).forEach(this::noneLeft);
      }
    }
    world.all("Pod").forEach(this::pod);
    owners.sets().forEach(this::set);
    owners.deployments().forEach(this::deployment);
  }

  private void broken(String what) {
    report.broken("I6", "in the end " + what);
  }

  private boolean isInOrder(String node) {
    for (Held held : world.all("Node")) {
      if (held.name().equals(node)) {
        Node object = (Node) held.object();
        return Conditions.isTrue(object.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
      }
    }
    return false;
  }

  private void noneLeft(Held held) {
    boolean excused =
        held.object() instanceof Pod pod && !isInOrder(Pods.node(pod))
            || held.meta().getFinalizersList().stream().anyMatch(Ending::isUsers)
            || held.kind().name().equals("Namespace");
    if (held.isGoing() && !excused) {
      broken(held + " (uid " + held.uid() + ") is still being deleted");
    }
    Collection<OwnerReference> references = held.meta().getOwnerReferencesList();
    if (!references.isEmpty() && references.stream().noneMatch(each -> exists(held, each))) {
      broken(held + " (uid " + held.uid() + ") is there although all its owners are gone");
    }
  }

  private static boolean isUsers(String finalizer) {
    return !finalizer.equals(WellKnown.FINALIZER_FOREGROUND)
        && !finalizer.equals(WellKnown.FINALIZER_ORPHAN)
        && !finalizer.equals(WellKnown.FINALIZER_NAMESPACE);
  }

  private boolean exists(Held child, OwnerReference reference) {
    Kind kind = kinds.byName(reference.getKind()).orElse(null);
    if (kind == null) {
      return true;
    }
    Held owner = world.find(kind, kind.namespaced() ? child.namespace() : "", reference.getName());
    return owner != null && owner.uid().equals(reference.getUid());
  }

  private void pod(Held held) {
    Pod pod = Pods.of(held);
    if (!Pods.isActive(pod)) {
      return;
    }
    boolean bound = !Pods.node(pod).isEmpty();
    if (bound && isInOrder(Pods.node(pod)) && !Pods.isReady(pod)) {
      broken(
          held + " on node " + Pods.node(pod) + " is not ready, but " + pod.getStatus().getPhase());
    }
    if (!bound && !Pods.isSaidToWait(pod)) {
      broken(held + " is neither bound nor said to be unschedulable");
    }
  }

  private void set(Held held) {
    ReplicaSet set = Owners.set(held);
    if (held.isGoing()) {
      return;
    }
    int active = 0;
    int ready = 0;
    for (Held pod : owners.children(held.uid())) {
      active += Pods.isActive(Pods.of(pod)) ? 1 : 0;
      ready += Pods.isActive(Pods.of(pod)) && Pods.isReady(Pods.of(pod)) ? 1 : 0;
    }
    if (active != Owners.wanted(set)) {
      broken("%s has %d pods and wants %d".formatted(held, active, Owners.wanted(set)));
    }
    boolean told =
        set.getStatus().getObservedGeneration() == held.meta().getGeneration()
            && set.getStatus().getReplicas() == active
            && set.getStatus().getReadyReplicas() == ready;
    if (!told) {
      broken(
          "the status of %s says %d pods, %d ready, of generation %d; there are %d, %d ready, of generation %d"
              .formatted(
                  held,
                  set.getStatus().getReplicas(),
                  set.getStatus().getReadyReplicas(),
                  set.getStatus().getObservedGeneration(),
                  active,
                  ready,
                  held.meta().getGeneration()));
    }
  }

  private void deployment(Held held) {
    Deployment deployment = Owners.deployment(held);
    if (held.isGoing()) {
      return;
    }
    int active = 0;
    int ready = 0;
    for (Held pod : owners.pods(held)) {
      active += Pods.isActive(Pods.of(pod)) ? 1 : 0;
      ready += Pods.isActive(Pods.of(pod)) && Pods.isReady(Pods.of(pod)) ? 1 : 0;
    }
    DeploymentStatus status = deployment.getStatus();
    boolean told =
        status.getObservedGeneration() == held.meta().getGeneration()
            && status.getReplicas() == active
            && status.getReadyReplicas() == ready;
    if (!told) {
      broken(
          "the status of %s says %d pods, %d ready, of generation %d; there are %d, %d ready, of generation %d"
              .formatted(
                  held,
                  status.getReplicas(),
                  status.getReadyReplicas(),
                  status.getObservedGeneration(),
                  active,
                  ready,
                  held.meta().getGeneration()));
    }
    rolledOut(held, deployment, active, ready);
  }

  /** All is ready, so nothing can be in the way of the rollout. */
  private void rolledOut(Held held, Deployment deployment, int active, int ready) {
    int replicas = Owners.wanted(deployment);
    boolean done = active == replicas && deployment.getStatus().getUpdatedReplicas() == replicas;
    if (!deployment.getSpec().getPaused() && active == ready && !done) {
      broken(
          "%s has %d pods, all ready, %d of them of its template, and wants %d"
              .formatted(held, active, deployment.getStatus().getUpdatedReplicas(), replicas));
    }
  }
}
