package dev.capstan.e2e.sim.check;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Deployment;
import dev.capstan.e2e.sim.check.Op.Verb;
import java.util.HashMap;
import java.util.Map;

/**
 * I6, work: it ends. Not counted are leases, by which leaders and nodes say that they live, and
 * events.
 *
 * <p>From the last fault and the last user's action on ("quiet") the cluster may make so many
 * edits: {@value #BASE}, and {@value #EACH} for each object there is then and each pod that is
 * wanted. A pod that is made, bound, started, reported, stopped, confirmed and replaced takes some
 * 25; a loop makes thousands.
 *
 * <p>Once it is said to have settled nothing may be edited, but for the status of a deployment that
 * is not complete (its deadline passes), and nobody may go on asking: each client may send {@value
 * #ASKS} writes that come to nothing.
 */
final class Quiet implements Rule {

  static final int BASE = 300;
  static final int EACH = 60;
  static final int ASKS = 20;

  private final World world;
  private final Report report;
  private final KindRegistry kinds;
  private final Map<String, Integer> asked = new HashMap<>();
  private boolean isQuiet;
  private boolean isSettled;
  private long left;

  Quiet(World world, Report report, Setup setup) {
    this.world = world;
    this.report = report;
    this.kinds = setup.kinds();
  }

  /** The last fault is over, and nobody changes his mind any more. */
  void quiet() {
    isQuiet = true;
    left = allowance();
  }

  /** Somebody did something after all. */
  void disturbed() {
    if (isQuiet) {
      left = allowance();
    }
    isSettled = false;
    asked.clear();
  }

  void settled() {
    isSettled = true;
    asked.clear();
  }

  long allowance() {
    long things = 0;
    for (var kind : kinds.kinds()) {
      if (!isExempt(kind.name())) {
        things += world.all(kind.name()).size();
      }
    }
    for (Held held : world.all("Deployment")) {
      things += Bounds.of((Deployment) held.object()).most();
    }
    for (Held held : world.all("ReplicaSet")) {
      things += Owners.wanted(Owners.set(held));
    }
    return BASE + EACH * things;
  }

  private static boolean isExempt(String kind) {
    return kind.equals("Lease") || kind.equals("Event");
  }

  @Override
  public void committed(Commit commit) {
    if (!isQuiet && !isSettled) {
      return;
    }
    for (Edit edit : commit.edits()) {
      if (isExempt(edit.kind().name())) {
        continue;
      }
      left--;
      if (isSettled && !mayStill(edit)) {
        report.broken("I6", edit + " although everything had settled");
      } else if (isQuiet && left < 0) {
        report.broken(
            "I6",
            edit
                + ": that is one edit more than "
                + allowance()
                + ", all that the last change can lead to");
      }
    }
  }

  private static boolean mayStill(Edit edit) {
    Held before = edit.before();
    Held after = edit.after();
    return before != null
        && after != null
        && before.object() instanceof Deployment deployment
        && !isComplete(deployment)
        && Parts.onlyStatus(before, after);
  }

  private static boolean isComplete(Deployment deployment) {
    int replicas = Owners.wanted(deployment);
    return deployment.getStatus().getUpdatedReplicas() == replicas
        && deployment.getStatus().getReplicas() == replicas
        && deployment.getStatus().getAvailableReplicas() == replicas;
  }

  @Override
  public void began(Call call) {
    if (!isSettled || call.role() == Role.USER) {
      return;
    }
    for (Want want : call.wants()) {
      boolean counts = !isExempt(want.op().kind().name()) && want.op().verb() != Verb.ACQUIRE;
      if (counts && asked.merge(call.client(), 1, Integer::sum) > ASKS) {
        report.broken(
            "I6", want + " is write number " + (ASKS + 1) + " of its client since all settled");
      }
    }
  }
}
