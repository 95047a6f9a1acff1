package dev.capstan.e2e.sim.check;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Controllers say of a node that nothing is known of it only after its lease was not renewed for
 * the grace period: a heartbeat that is stored counts, whether it has arrived or not.
 *
 * <p>What they go by may be as old as a view may be. Nothing is judged after a clock was wrong, as
 * silence is counted by the controllers' own.
 */
final class Heartbeats implements Rule {

  /** Commits are noted when they happen, and a clock is read a little before or after. */
  private static final long SLACK_NANOS = 1_000_000_000L;

  private final Report report;
  private final Causes causes;
  private final long silence;
  private final long staleness;

  /** When each node's lease was stored, in order. */
  private final Map<String, List<Long>> heard = new LinkedHashMap<>();

  private boolean clocksDiffer;

  Heartbeats(Report report, Causes causes, Setup setup) {
    this.report = report;
    this.causes = causes;
    this.silence = setup.silence().toNanos();
    this.staleness = setup.staleness().toNanos();
  }

  /** From now on the controllers' clock may not be the store's. */
  void clocksDiffer() {
    clocksDiffer = true;
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      Held after = edit.after();
      if (after == null) {
        continue;
      }
      if (edit.is("Lease") && after.namespace().equals(WellKnown.NAMESPACE_NODE_LEASE)) {
        heard.computeIfAbsent(after.name(), name -> new ArrayList<>()).add(commit.nanos());
      } else if (edit.is("Node") && isUnknown(after) && !isUnknown(edit.before())) {
        judge(edit, after, commit.nanos());
      }
    }
  }

  private static boolean isUnknown(@Nullable Held node) {
    return node != null
        && Conditions.find(
                ((Node) node.object()).getStatus().getConditionsList(), WellKnown.CONDITION_READY)
            .map(Condition::getStatus)
            .filter(WellKnown.UNKNOWN::equals)
            .isPresent();
  }

  private void judge(Edit edit, Held node, long now) {
    List<Long> times = heard.getOrDefault(node.name(), List.of());
    if (clocksDiffer || times.isEmpty() || !causes.isControllers(edit)) {
      return;
    }
    long longest = 0;
    long next = now;
    for (long time : times.reversed()) {
      if (next < now - staleness) {
        break;
      }
      longest = Math.max(longest, next - time);
      next = time;
    }
    if (longest < silence - SLACK_NANOS) {
      report.broken(
          "I3",
          "%s is said to be silent, but its lease was renewed every %d ms or more often"
              .formatted(node, longest / 1_000_000));
    }
  }
}
