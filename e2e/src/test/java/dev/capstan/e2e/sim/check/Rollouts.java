package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ReplicaSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I3: the bounds of rollouts, at every revision.
 *
 * <p>Upper bound, at each creation of a pod: the pods of the deployment that are neither terminal
 * nor being deleted are at most replicas + maxSurge; likewise those of a ReplicaSet are at most its
 * replicas. Lower bound, whenever a controller deletes an available pod of its own accord: at least
 * replicas - maxUnavailable pods stay available. Recreate: no pod is made while one of another
 * ReplicaSet of the deployment may still run.
 *
 * <p>What counts are all specs since the deployment was last settled (every count right in store
 * and status), as nobody can act on a spec before he has seen it: the largest upper and the
 * smallest lower bound; the lower one holds from the first time it was settled. On top of that are
 * allowed, until it is settled again:
 *
 * <ul>
 *   <li>for the lower bound, one pod for each available pod lost otherwise than by a controller's
 *       own decision (killed, evicted, relabelled, deleted by a user, its ReplicaSet orphaned, by a
 *       deletion that landed after its client had given up);
 *   <li>for the upper bound, pods that did not come from a creation that was still under way: those
 *       of users, adopted ones, and those of a creation of unknown outcome that landed after its
 *       client had given up. They are not counted;
 *   <li>after somebody else scaled or gave away a ReplicaSet of it, any number.
 * </ul>
 */
final class Rollouts implements Rule {

  /** What has been allowed to a deployment since it was last settled. */
  private static final class Window {
    private int most;
    private int least = Integer.MAX_VALUE;
    private boolean recreate = true;
    private int lost;
    private boolean meddled;

    /** It began settled: ever since, the available and the lost have been enough. */
    private final boolean up;

    Window(Bounds bounds, boolean up) {
      this.up = up;
      add(bounds);
    }

    void add(Bounds bounds) {
      most = Math.max(most, bounds.most());
      least = Math.min(least, bounds.least());
      recreate &= bounds.recreate();
    }
  }

  private final Report report;
  private final Owners owners;
  private final Availability availability;
  private final Causes causes;
  private final Counted counted;
  private final SetSizes sizes;
  private final Map<String, Window> windows = new HashMap<>();

  /** Uids of the available pods of each deployment when it was last looked at. */
  private final Map<String, Set<String>> available = new HashMap<>();

  Rollouts(Report report, Owners owners, Availability availability, Causes causes) {
    this.report = report;
    this.owners = owners;
    this.availability = availability;
    this.causes = causes;
    this.counted = new Counted(owners, causes);
    this.sizes = new SetSizes(report, owners, counted);
  }

  @Override
  public void committed(Commit commit) {
    Map<String, Held> touched = new LinkedHashMap<>();
    for (Edit edit : commit.edits()) {
      switch (edit.kind().name()) {
        case "Deployment" -> deployment(edit, touched);
        case "ReplicaSet" -> set(edit, touched);
        case "Pod" -> pod(edit, touched);
        default -> {}
      }
    }
    for (Edit edit : commit.edits()) {
      if (edit.is("Pod") && edit.isCreation() && edit.after() != null) {
        created(edit.after());
      }
    }
    touched.values().forEach(deployment -> look(deployment, commit));
    sizes.settle(commit);
  }

  private Window window(Held deployment) {
    return windows.computeIfAbsent(
        deployment.uid(), uid -> new Window(Bounds.of(Owners.deployment(deployment)), false));
  }

  private void deployment(Edit edit, Map<String, Held> touched) {
    Held after = edit.after();
    if (after == null) {
      windows.remove(edit.any().uid());
      available.remove(edit.any().uid());
    } else {
      window(after).add(Bounds.of(Owners.deployment(after)));
      touched.put(after.uid(), after);
    }
  }

  private void set(Edit edit, Map<String, Held> touched) {
    Held after = edit.after();
    Held before = edit.before();
    String owner = after == null ? "" : Pods.controllerUid(after);
    boolean given = before != null && !Pods.controllerUid(before).equals(owner);
    boolean scaled =
        before != null
            && after != null
            && Owners.wanted(Owners.set(before)) != Owners.wanted(Owners.set(after))
            && !causes.isControllers(edit);
    for (Held each : new Held[] {before, after}) {
      Held deployment = each == null ? null : owners.deployment(Pods.controllerUid(each));
      if (deployment != null) {
        window(deployment).meddled |= given || scaled;
        touched.put(deployment.uid(), deployment);
      }
    }
    sizes.set(edit);
  }

  private void pod(Edit edit, Map<String, Held> touched) {
    for (Held each : new Held[] {edit.before(), edit.after()}) {
      Held deployment = each == null ? null : owners.deploymentOf(each);
      if (deployment != null) {
        touched.put(deployment.uid(), deployment);
      }
    }
    counted.pod(edit);
  }

  private void created(Held pod) {
    Held set = owners.set(Pods.controllerUid(pod));
    if (set == null || !counted.has(pod) || !Pods.isActive(Pods.of(pod))) {
      return;
    }
    sizes.created(pod, set);
    Held deployment = owners.deployment(Pods.controllerUid(set));
    if (deployment != null) {
      created(pod, set, deployment);
    }
  }

  private void created(Held pod, Held set, Held deployment) {
    Window window = window(deployment);
    int all = counted.active(owners.pods(deployment));
    if (!window.meddled && all > window.most) {
      report.broken(
          "I3",
          "%s is created as number %d of %s, which allows %d"
              .formatted(pod, all, deployment, window.most));
    }
    if (window.recreate && !window.meddled) {
      recreated(pod, set, deployment);
    }
  }

  private void recreated(Held pod, Held set, Held deployment) {
    for (Held other : owners.pods(deployment)) {
      boolean old = !Pods.controllerUid(other).equals(set.uid());
      if (old && !Pods.isTerminal(Pods.of(other)) && counted.has(other)) {
        report.broken(
            "I3",
            "%s is created while %s of the ReplicaSet before may still run; %s is to be recreated"
                .formatted(pod, other, deployment));
      }
    }
  }

  private Set<String> available(Held deployment, long nanos) {
    Set<String> uids = new LinkedHashSet<>();
    for (Held set : owners.children(deployment.uid())) {
      int minReady = Owners.set(set).getSpec().getMinReadySeconds();
      for (Held pod : owners.children(set.uid())) {
        if (availability.isAvailable(pod, minReady, nanos)) {
          uids.add(pod.uid());
        }
      }
    }
    return uids;
  }

  /** Looks at a deployment after a revision that touched it. */
  private void look(Held touched, Commit commit) {
    Held deployment = owners.deployment(touched.uid());
    if (deployment == null || deployment.isGoing()) {
      return;
    }
    Window window = window(deployment);
    Set<String> now = available(deployment, commit.nanos());
    Set<String> missing = new LinkedHashSet<>(available.getOrDefault(deployment.uid(), Set.of()));
    missing.removeAll(now);
    Held given = null;
    for (Edit edit : commit.edits()) {
      if (missing.contains(edit.any().uid()) && isVoluntary(edit)) {
        missing.remove(edit.any().uid());
        given = edit.any();
      }
    }
    window.lost += missing.size();
    available.put(deployment.uid(), now);
    if (given != null) {
      given(given, deployment, window, now.size());
    }
    if (isSettled(deployment, now.size())) {
      windows.put(deployment.uid(), new Window(Bounds.of(Owners.deployment(deployment)), true));
    }
  }

  private void given(Held pod, Held deployment, Window window, int now) {
    if (window.up && !window.meddled && now + window.lost < window.least) {
      report.broken(
          "I3",
          "%s is deleted, which leaves %s with %d available pods of at least %d (%d were lost otherwise)"
              .formatted(pod, deployment, now, window.least, window.lost));
    }
  }

  /** A controller's own decision to do without a pod. */
  private boolean isVoluntary(Edit edit) {
    Held before = edit.before();
    Held set = before == null ? null : owners.set(Pods.controllerUid(before));
    boolean goes = edit.after() == null || edit.after().isGoing();
    return goes
        && before != null
        && !before.isGoing()
        && set != null
        && !set.isGoing()
        && causes.isUnderWay(edit)
        && causes.isScaleDown(edit);
  }

  private boolean isSettled(Held held, int available) {
    Deployment deployment = Owners.deployment(held);
    DeploymentStatus status = deployment.getStatus();
    int replicas = Owners.wanted(deployment);
    boolean told =
        status.getObservedGeneration() >= deployment.getMetadata().getGeneration()
            && status.getReplicas() == replicas
            && status.getUpdatedReplicas() == replicas
            && status.getAvailableReplicas() == replicas;
    if (!told || available != replicas) {
      return false;
    }
    List<Held> pods = owners.pods(held);
    int wanted = 0;
    for (Held set : owners.children(held.uid())) {
      ReplicaSet object = Owners.set(set);
      wanted += Owners.wanted(object);
      if (object.getStatus().getObservedGeneration() < set.meta().getGeneration()) {
        return false;
      }
    }
    return wanted == replicas && pods.size() == replicas;
  }
}
