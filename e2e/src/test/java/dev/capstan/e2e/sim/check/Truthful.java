package dev.capstan.e2e.sim.check;

import java.util.HashSet;
import java.util.Set;

/**
 * A pod is said to run, or to be ready, only after a container of that very pod (by uid) was
 * started on its node: a status must not land on another pod of the same name. And a pod that has a
 * node is never said to be unschedulable: whoever says why it waits must not be late.
 */
final class Truthful implements Rule {

  private final Report report;

  /** Node and uid of every container ever started. */
  private final Set<String> started = new HashSet<>();

  Truthful(Report report) {
    this.report = report;
  }

  void started(String node, String uid) {
    started.add(node + "/" + uid);
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      Held after = edit.is("Pod") ? edit.after() : null;
      if (after == null) {
        continue;
      }
      waits(after);
      if (started.isEmpty()) {
        continue;
      }
      boolean runs =
          Pods.of(after).getStatus().getPhase().equals("Running") || Pods.isReady(Pods.of(after));
      String node = Pods.node(Pods.of(after));
      if (runs && !started.contains(node + "/" + after.uid())) {
        report.broken(
            "identity",
            "%s (uid %s) is said to run on node '%s', where no container of it was ever started"
                .formatted(after, after.uid(), node));
      }
    }
  }

  private void waits(Held pod) {
    String node = Pods.node(Pods.of(pod));
    if (!node.isEmpty() && Pods.isSaidToWait(Pods.of(pod))) {
      report.broken("I6", pod + " on node " + node + " is said to be unschedulable");
    }
  }
}
