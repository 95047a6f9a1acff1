package dev.capstan.e2e.sim.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request never hits what was made after it was sent: a decision about one object must not be
 * carried out on another that has its name by then. Users speak of names, components of uids;
 * leases and events are known by name.
 */
final class Successors implements Rule {

  private static final List<String> BY_NAME = List.of("Lease", "Event");

  private final Report report;
  private final Wants wants;

  /** The revision at which what is there was made, by key. */
  private final Map<String, Long> made = new HashMap<>();

  Successors(Report report, Wants wants) {
    this.report = report;
    this.wants = wants;
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (BY_NAME.contains(edit.kind().name())) {
        continue;
      }
      if (edit.before() != null) {
        judge(edit);
      } else {
        made.put(edit.key(), commit.revision());
      }
    }
  }

  private void judge(Edit edit) {
    List<Want> causes = wants.explaining(edit);
    long since = made.getOrDefault(edit.key(), 0L);
    boolean old =
        !causes.isEmpty()
            && causes.stream()
                .allMatch(want -> want.role() != Role.USER && want.call().beganAt() < since);
    if (old) {
      report.broken(
          "identity",
          "%s by %s, which was sent at revision %d, before this one was made at revision %d"
              .formatted(edit, causes.getFirst(), causes.getFirst().call().beganAt(), since));
    }
  }
}
