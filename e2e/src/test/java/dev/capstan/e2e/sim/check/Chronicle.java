package dev.capstan.e2e.sim.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who did what to which object at which revision, in words. */
final class Chronicle implements Rule {

  private final Wants wants;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(long revision, long nanos, Edit edit, List<Want> causes) {}

  Chronicle(Wants wants) {
    this.wants = wants;
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (!edit.is("Lease") && !edit.is("Event")) {
        entries.add(new Entry(commit.revision(), commit.nanos(), edit, wants.explaining(edit)));
      }
    }
  }

  /** A line for each edit after a revision, but for leases and events. */
  List<String> lines(long after) {
    List<String> lines = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.revision() > after) {
        lines.add(line(entry));
      }
    }
    return List.copyOf(lines);
  }

  private static String line(Entry entry) {
    Set<String> who = new LinkedHashSet<>();
    for (Want want : entry.causes()) {
      String verb = want.op().verb().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      who.add(want.call().client() + " (" + verb + ")");
    }
    String by = who.isEmpty() ? "the server" : String.join(" or ", who);
    return "%.3f s, revision %d: %s by %s%s"
        .formatted(entry.nanos() / 1e9, entry.revision(), entry.edit(), by, detail(entry.edit()));
  }

  /** What of it matters most. */
  private static String detail(Edit edit) {
    Held before = edit.before();
    Held after = edit.after();
    if (after == null) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    switch (after.kind().name()) {
      case "Pod" -> difference(before == null ? "" : state(before), state(after), parts);
      case "Deployment" -> difference(before == null ? "" : size(before), size(after), parts);
      case "ReplicaSet" -> difference(before == null ? "" : size(before), size(after), parts);
      default -> {}
    }
    if (after.isGoing() && (before == null || !before.isGoing())) {
      parts.add("being deleted");
    }
    return parts.isEmpty() ? "" : ": " + String.join(", ", parts);
  }

  private static void difference(String was, String is, List<String> parts) {
    if (!was.equals(is)) {
      parts.add(is);
    }
  }

  private static String state(Held held) {
    var pod = Pods.of(held);
    String node = Pods.node(pod).isEmpty() ? "not bound" : "on " + Pods.node(pod);
    return pod.getStatus().getPhase()
        + ", "
        + (Pods.isReady(pod) ? "ready" : "not ready")
        + ", "
        + node;
  }

  private static String size(Held held) {
    return held.kind().name().equals("Deployment")
        ? "wants "
            + Owners.wanted(Owners.deployment(held))
            + ", has "
            + Owners.deployment(held).getStatus().getReplicas()
        : "wants "
            + Owners.wanted(Owners.set(held))
            + ", has "
            + Owners.set(held).getStatus().getReplicas();
  }
}
