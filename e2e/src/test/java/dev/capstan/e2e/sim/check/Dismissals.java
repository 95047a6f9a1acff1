package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.OwnerReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * I9 for pods: controllers delete a managed pod only because its namespace goes, its node is gone
 * or drives it out, its owner is gone or going, or its ReplicaSet had more pods than it wanted. (A
 * pod that nobody manages is the business of {@link Deletions}.)
 *
 * <p>That an owner is lost is confirmed at the store before anything is deleted, so what counts is
 * what the store holds; the rest may have been seen at any moment within the staleness.
 */
final class Dismissals implements Rule {

  /** What a ReplicaSet wanted and had, from a moment on. */
  private record Size(long nanos, int wanted, int active) {}

  private final Report report;
  private final Wants wants;
  private final Causes causes;
  private final Owners owners;
  private final long staleness;
  private final Map<String, Deque<Size>> sizes = new HashMap<>();
  private final Map<String, Long> nodesLost = new HashMap<>();

  Dismissals(Report report, Wants wants, Causes causes, Owners owners, Setup setup) {
    this.report = report;
    this.wants = wants;
    this.causes = causes;
    this.owners = owners;
    this.staleness = setup.staleness().toNanos();
  }

  @Override
  public void committed(Commit commit) {
    Set<String> touched = new LinkedHashSet<>();
    for (Edit edit : commit.edits()) {
      switch (edit.kind().name()) {
        case "Node" -> {
          if (edit.isRemoval()) {
            nodesLost.put(edit.any().name(), commit.nanos());
          }
        }
        case "ReplicaSet" -> touched.add(edit.any().uid());
        case "Pod" -> pod(edit, touched, commit.nanos());
        default -> {}
      }
    }
    touched.forEach(uid -> note(uid, commit.nanos()));
  }

  private void pod(Edit edit, Set<String> touched, long nanos) {
    for (Held each : new Held[] {edit.before(), edit.after()}) {
      if (each != null && !Pods.controllerUid(each).isEmpty()) {
        touched.add(Pods.controllerUid(each));
      }
    }
    Held before = edit.before();
    boolean goes = edit.after() == null || edit.after().isGoing();
    if (before != null && goes && !before.isGoing() && wants.wired()) {
      deleted(edit, before, nanos);
    }
  }

  private void deleted(Edit edit, Held pod, long nanos) {
    OwnerReference owner = Pods.controller(pod);
    if (owner == null || Pods.isTerminal(Pods.of(pod)) || !causes.isScaleDown(edit)) {
      return;
    }
    Held set = owners.set(owner.getUid());
    if (set == null || set.isGoing()) {
      return;
    }
    if (!wasSurplus(set.uid(), nanos) && !lostItsNode(pod, nanos)) {
      report.broken(
          "I9",
          "%s (uid %s) is deleted by controllers, but %s is there and wants %d of its %d pods"
              .formatted(pod, pod.uid(), set, Owners.wanted(Owners.set(set)), active(set.uid())));
    }
  }

  private boolean wasSurplus(String set, long nanos) {
    Deque<Size> known = sizes.getOrDefault(set, new ArrayDeque<>());
    forget(known, nanos);
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (Size size : known) {
      least = Math.min(least, size.wanted());
      most = Math.max(most, size.active());
    }
    return most > least;
  }

  private boolean lostItsNode(Held pod, long nanos) {
    Long lost = nodesLost.get(Pods.node(Pods.of(pod)));
    return lost != null && nanos - lost <= staleness;
  }

  private void note(String uid, long nanos) {
    Held set = owners.set(uid);
    Deque<Size> known = sizes.computeIfAbsent(uid, any -> new ArrayDeque<>());
    if (set != null) {
      known.addLast(new Size(nanos, Owners.wanted(Owners.set(set)), active(uid)));
    }
    forget(known, nanos);
  }

  /** Forgets what nobody can have seen last. */
  private void forget(Deque<Size> known, long nanos) {
    while (known.size() > 1 && nanos - second(known).nanos() > staleness) {
      known.removeFirst();
    }
  }

  private static Size second(Deque<Size> sizes) {
    Iterator<Size> each = sizes.iterator();
    each.next();
    return each.next();
  }

  private int active(String set) {
    int count = 0;
    for (Held pod : owners.children(set)) {
      count += Pods.isActive(Pods.of(pod)) ? 1 : 0;
    }
    return count;
  }
}
