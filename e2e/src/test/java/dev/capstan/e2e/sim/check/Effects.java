package dev.capstan.e2e.sim.check;

import dev.capstan.api.WellKnown;
import java.util.List;
import java.util.Set;

/**
 * I1, one half: nothing happens that was not asked for. Every edit must be explained by a write
 * that somebody sent, that has not been answered for certain before, and whose preconditions (uid,
 * version, "must not exist") held at that moment. So a write that was answered with a definite
 * failure has no effect, neither before nor later, and none happens twice. (Before: what only one
 * of all open requests can have done, that one did.)
 *
 * <p>Fencing: of the writes that explain an edit at least one must be allowed by its fence: the
 * epoch it names is the newest. Writes of schedulers and controllers but for leases carry a fence.
 *
 * <p>Not looked at: events, which the server merges and trims on its own; the namespaces it makes
 * for itself; dry runs.
 */
final class Effects implements Rule {

  private static final Set<String> OWN_NAMESPACES =
      Set.of(
          WellKnown.NAMESPACE_DEFAULT, WellKnown.NAMESPACE_SYSTEM, WellKnown.NAMESPACE_NODE_LEASE);

  private final Report report;
  private final Wants wants;
  private final Fencing fencing;

  Effects(Report report, Wants wants, Fencing fencing) {
    this.report = report;
    this.wants = wants;
    this.fencing = fencing;
  }

  @Override
  public void committed(Commit commit) {
    if (!wants.wired()) {
      return;
    }
    for (Edit edit : commit.edits()) {
      if (!isOwn(edit) && !edit.isMend()) {
        judge(edit);
      }
    }
  }

  private static boolean isOwn(Edit edit) {
    String kind = edit.kind().name();
    return kind.equals("Event")
        || (kind.equals("Namespace")
            && edit.isCreation()
            && OWN_NAMESPACES.contains(edit.any().name()));
  }

  private void judge(Edit edit) {
    List<Want> causes = wants.explaining(edit);
    if (causes.isEmpty()) {
      report.broken("I1", edit + unexplained(edit));
      return;
    }
    if (causes.size() == 1) {
      causes.getFirst().did(edit);
    }
    if (causes.stream().noneMatch(fencing::allows)) {
      Want cause = causes.getFirst();
      report.broken(
          "fencing",
          "%s by %s under the epoch of revision %d, but the newest is of revision %d"
              .formatted(edit, cause, cause.epoch(), fencing.current(cause)));
    }
  }

  private String unexplained(Edit edit) {
    List<Want> open = wants.open(edit.key());
    return open.isEmpty()
        ? ", which nobody asks for any more: every such request was answered before"
        : ", which none of the open requests can have done: " + open;
  }

  @Override
  public void ended(Call call) {
    List<Want> asked = call.wants();
    for (int i = 0; i < asked.size(); i++) {
      Want want = asked.get(i);
      Edit deed = want.deed();
      if (deed != null && want.outcome() == Want.Outcome.REFUSED) {
        report.broken(
            "I1", want + " was refused (" + Wants.code(call, i) + "), but was done: " + deed);
      }
    }
  }

  @Override
  public void began(Call call) {
    boolean leads = call.role() == Role.SCHEDULER || call.role() == Role.CONTROLLERS;
    for (Want want : call.wants()) {
      String kind = want.op().kind().name();
      boolean exempt = kind.equals("Lease") || kind.equals("Event");
      if (leads && !exempt && want.epoch() < 0) {
        report.broken("fencing", want + " carries no fence");
      }
    }
  }
}
