package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.e2e.sim.check.Op.Verb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * I8: the scheduler binds a pod only to a node that exists, suits it (ready, not cordoned, labels,
 * taints) and has room for it.
 *
 * <p>Judged at each binding. Counted are all non-terminal pods bound to the node: pods bound by the
 * scheduler are all known to it, as it leads alone and remembers what it did; those that somebody
 * put there past it count once they have been there for longer than a view may lag. A decision is
 * older than the binding it leads to, and may be repeated until its outcome is known: it must be
 * right for one single state of the node, not older than the longest lag before the binding was
 * first asked for, and not older than the acquisition of the lease under which it was asked for,
 * because a new leader decides nothing before it has seen that.
 */
final class Capacity implements Rule {

  private final Report report;
  private final Wants wants;
  private final NodeStates nodes;
  private final long staleness;

  /** What is on a node, by pod's uid. */
  private final Map<String, Map<String, Placed>> placed = new LinkedHashMap<>();

  private record Placed(Room.Taken taken, boolean byScheduler, long since) {}

  Capacity(Report report, Wants wants, NodeStates nodes, Setup setup) {
    this.report = report;
    this.wants = wants;
    this.nodes = nodes;
    this.staleness = setup.staleness().toNanos();
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.is("Pod")) {
        leave(edit);
      }
    }
    for (Edit edit : commit.edits()) {
      if (edit.is("Pod") && edit.after() != null) {
        arrive(edit, edit.after(), commit);
      }
    }
  }

  private void leave(Edit edit) {
    Held before = edit.before();
    boolean stays = edit.after() != null && !Pods.isTerminal(Pods.of(edit.after()));
    if (before != null && !stays) {
      Map<String, Placed> there = placed.get(Pods.node(Pods.of(before)));
      if (there != null) {
        there.remove(before.uid());
      }
    }
  }

  private void arrive(Edit edit, Held pod, Commit commit) {
    String node = Pods.node(Pods.of(pod));
    boolean was = edit.before() != null && !Pods.node(Pods.of(edit.before())).isEmpty();
    if (node.isEmpty() || was || Pods.isTerminal(Pods.of(pod))) {
      return;
    }
    List<Want> binds = wants.all(Verb.BIND, pod);
    boolean byScheduler =
        edit.before() != null && binds.stream().allMatch(want -> want.role() == Role.SCHEDULER);
    Room.Taken taken = new Room.Taken(pod, Needs.of(Pods.of(pod)));
    placed
        .computeIfAbsent(node, name -> new LinkedHashMap<>())
        .put(pod.uid(), new Placed(taken, byScheduler, commit.nanos()));
    if (edit.before() != null && !nodes.exists(node)) {
      report.broken("I8", pod + " is bound to node " + node + ", which does not exist");
    } else if (byScheduler) {
      judge(taken, node, states(binds, node, commit));
    }
  }

  /** The states of the node on which the decision can rest. */
  private List<Held> states(List<Want> binds, String node, Commit commit) {
    List<Held> states = new ArrayList<>();
    for (Want want : binds) {
      if (((BindRequest) want.op().detail()).getNodeName().equals(node)) {
        states.addAll(nodes.since(node, want.call().beganNanos() - staleness, want.epoch()));
      }
    }
    return binds.isEmpty() ? nodes.since(node, commit.nanos() - staleness, 0) : states;
  }

  private void judge(Room.Taken taken, String node, List<Held> states) {
    Pod pod = Pods.of(taken.pod());
    List<Room.Taken> counted = counted(node, report.nanos() - staleness);
    String why = "nothing is known of it";
    for (Held state : states) {
      Node object = (Node) state.object();
      String unsuitable = Suitable.why(pod, object);
      why = unsuitable.isEmpty() ? Room.over(object, taken, counted) : unsuitable;
      if (why.isEmpty()) {
        return;
      }
    }
    report.broken(
        "I8",
        "%s is bound to node %s, which could not have taken it in any state it had since the decision may have been made: %s"
            .formatted(taken.pod(), node, why));
  }

  private List<Room.Taken> counted(String node, long knownSince) {
    List<Room.Taken> counted = new ArrayList<>();
    for (Placed each : placed.getOrDefault(node, Map.of()).values()) {
      if (each.byScheduler || each.since < knownSince) {
        counted.add(each.taken);
      }
    }
    return counted;
  }
}
