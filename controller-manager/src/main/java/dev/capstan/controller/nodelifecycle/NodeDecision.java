package dev.capstan.controller.nodelifecycle;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.Taint;
import dev.capstan.controller.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides about one node and the pods on it. */
public final class NodeDecision {

  private final NodeWorld world;
  private final NodeTiming timing;
  private final Instant now;
  private final List<NodeAction> actions = new ArrayList<>();
  private Duration next;

  private NodeDecision(NodeWorld world, NodeTiming timing, Instant now) {
    this.world = world;
    this.timing = timing;
    this.now = now;
    this.next = timing.grace();
  }

  /** What to do now. */
  public static List<NodeAction> decide(NodeWorld world, NodeTiming timing, Instant now) {
    return new NodeDecision(world, timing, now).decide();
  }

  private List<NodeAction> decide() {
    if (world.node().isPresent()) {
      present(world.node().get());
      actions.add(new NodeAction.LookAgain(next));
    } else if (!world.pods().get().isEmpty()) {
      absent();
    }
    return List.copyOf(actions);
  }

  /**
   * Pods of a node that does not exist: nobody runs them and nobody will say that they are gone.
   */
  private void absent() {
    Duration left = timing.quarantine().minus(world.missing());
    if (left.isPositive()) {
      actions.add(new NodeAction.LookAgain(left));
    } else {
      world.pods().get().forEach(pod -> actions.add(new NodeAction.Collect(pod)));
    }
  }

  private void present(Node node) {
    boolean silent = silence().compareTo(timing.grace()) >= 0;
    Optional<Condition> ready =
        Conditions.find(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
    String status = ready.map(Condition::getStatus).orElse("");
    if (silent && !status.equals(WellKnown.UNKNOWN)) {
      // The taints follow when this is seen: both are written on the version that was read.
      actions.add(new NodeAction.MarkUnknown(node, unknown(node.getStatus())));
    } else {
      boolean unreachable = silent || status.equals(WellKnown.UNKNOWN);
      taint(node, unreachable, status.equals(WellKnown.FALSE));
    }
    lookAgainAt(silent || world.silence().isEmpty() ? timing.probe() : silenceLeft());
    boolean spare = silent && world.fleet().maySpareNodes();
    if (spare || Taints.moves(node)) {
      world.pods().get().forEach(pod -> pod(node, pod, spare));
    }
  }

  private Duration silence() {
    return world.silence().orElse(Duration.ZERO);
  }

  private Duration silenceLeft() {
    return timing.grace().minus(silence()).plus(timing.probe());
  }

  private void taint(Node node, boolean unreachable, boolean notReady) {
    List<Taint> wanted = Taints.wanted(node, unreachable, notReady, now);
    if (!wanted.equals(node.getSpec().getTaintsList())) {
      actions.add(new NodeAction.SetTaints(node, wanted));
    }
  }

  private NodeStatus unknown(NodeStatus status) {
    List<Condition> conditions = status.getConditionsList();
    List<String> types = new ArrayList<>(conditions.stream().map(Condition::getType).toList());
    if (!types.contains(WellKnown.CONDITION_READY)) {
      types.add(WellKnown.CONDITION_READY);
    }
    for (String type : types) {
      conditions =
          Conditions.with(
              conditions,
              type,
              WellKnown.UNKNOWN,
              "NodeStatusUnknown",
              "Kubelet stopped posting node status.",
              ApiTimes.seconds(now));
    }
    return status.toBuilder().clearConditions().addAllConditions(conditions).build();
  }

  private void pod(Node node, Pod pod, boolean spare) {
    if (PodStates.isGoing(pod) || PodStates.isTerminal(pod)) {
      return;
    }
    Optional<Duration> left = untilEviction(node, pod, spare);
    if (left.isPresent() && !left.get().isPositive()) {
      actions.add(new NodeAction.Evict(pod));
      return;
    }
    left.ifPresent(this::lookAgainAt);
    if (spare && PodStates.isReady(pod)) {
      actions.add(new NodeAction.MarkNotReady(pod, notReady(pod.getStatus())));
    }
  }

  /** Time until the first of the node's taints moves the pod; empty if none does. */
  private Optional<Duration> untilEviction(Node node, Pod pod, boolean spare) {
    List<Duration> times = new ArrayList<>();
    for (Taint taint : Taints.evicting(node)) {
      Optional<Duration> stay = Taints.mayStay(pod.getSpec().getTolerationsList(), taint);
      if (stay.isEmpty()) {
        continue;
      }
      if (!taint.getKey().equals(WellKnown.TAINT_UNREACHABLE)) {
        Duration age = world.taintAges().getOrDefault(Taints.id(taint), Duration.ZERO);
        times.add(stay.get().minus(age));
      } else if (spare) {
        // Counted by silence, not by the taint: a node that was heard again starts over.
        Duration least =
            stay.get().compareTo(timing.eviction()) > 0 ? stay.get() : timing.eviction();
        times.add(timing.grace().plus(least).minus(silence()));
      }
    }
    return times.stream().min(Duration::compareTo);
  }

  private PodStatus notReady(PodStatus status) {
    List<Condition> conditions =
        Conditions.with(
            status.getConditionsList(),
            WellKnown.CONDITION_READY,
            WellKnown.FALSE,
            "NodeUnreachable",
            "Nothing has been heard of the node.",
            ApiTimes.seconds(now));
    return status.toBuilder().clearConditions().addAllConditions(conditions).build();
  }

  private void lookAgainAt(Duration after) {
    if (after.compareTo(next) < 0) {
      next = after;
    }
  }
}
