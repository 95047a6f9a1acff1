package dev.capstan.controller.nodelifecycle;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.Subscription;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.Reconciler;
import dev.capstan.controller.ApiCluster;
import dev.capstan.controller.Outcomes;
import dev.capstan.controller.Views;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reconciles nodes by name; also names that only pods know. */
public final class NodeController implements Reconciler<String> {

  private final Clock clock;
  private final Views views;
  private final NodeTiming timing;
  private final HeartbeatObserver observer;
  private final ApiCluster.Events events;

  public NodeController(Clock clock, Views views, NodeTiming timing, ApiCluster.Events events) {
    this.clock = clock;
    this.views = views;
    this.timing = timing;
    this.observer = new HeartbeatObserver(timing.gap());
    this.events = events;
  }

  /** Starts listening for heartbeats. */
  public List<Subscription> listen(InformerSet informers) {
    return List.of(
        informers.onChange(ObjectType.LEASE, this::leaseChanged),
        informers.onChange(ObjectType.NODE, this::nodeChanged));
  }

  private void leaseChanged(Change<Lease> change) {
    if (!change.gone() && change.key().namespace().equals(WellKnown.NAMESPACE_NODE_LEASE)) {
      observer.heard(change.key().name(), clock.nanoTime());
    }
  }

  private void nodeChanged(Change<Node> change) {
    if (change.gone()) {
      observer.forget(change.key().name());
    } else if (isSignOfLife(change)) {
      observer.heard(change.key().name(), clock.nanoTime());
    }
  }

  /**
   * A node that appears is alive, and so is one that says how it is when it was said to be unknown:
   * only its kubelet takes that back. Its lease may be renewed seconds later, and until then the
   * two would contradict each other as fast as they can write.
   */
  static boolean isSignOfLife(Change<Node> change) {
    Node before = change.before();
    Node after = change.after();
    return after != null && (before == null || isUnknown(before) && !isUnknown(after));
  }

  private static boolean isUnknown(Node node) {
    return Conditions.find(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY)
        .map(ready -> ready.getStatus().equals(WellKnown.UNKNOWN))
        .orElse(false);
  }

  /**
   * Keeps proving that the own view is fresh, until interrupted: reads a version from the store and
   * waits until the watch has brought everything up to it.
   */
  public void watchOwnView(InformerSet informers, Api api) throws InterruptedException {
    observer.restart();
    while (true) {
      long asked = clock.nanoTime();
      try {
        informers.awaitVersion(api.revision());
        observer.seenUpTo(asked);
      } catch (ApiException.Fenced | ApiException.Unauthenticated e) {
        throw e;
      } catch (ApiException e) {
        // Not seen: silence does not count meanwhile.
      }
      clock.sleep(timing.probe());
    }
  }

  /**
   * The names a change of a pod concerns: the node it has just come to, if that does not exist or
   * moves pods. Any other has nothing to do with the pod until it changes itself or falls silent,
   * and silent ones are looked at every few seconds.
   */
  public static List<String> nodesOf(Snapshot snapshot, Change<Pod> change) {
    Pod before = change.before();
    String node = change.object().getSpec().getNodeName();
    boolean came = before == null || !before.getSpec().getNodeName().equals(node);
    if (!came || node.isEmpty() || change.gone()) {
      return List.of();
    }
    boolean matters = snapshot.find(ObjectType.NODE, "", node).map(Taints::moves).orElse(true);
    return matters ? List.of(node) : List.of();
  }

  /** A node that vanishes concerns its pods. */
  public static List<String> nodesOfNode(Change<Node> change) {
    return List.of(change.key().name());
  }

  @Override
  public Outcome reconcile(String name, Snapshot snapshot, Api api) throws InterruptedException {
    List<NodeAction> actions = NodeDecision.decide(world(name, snapshot), timing, clock.now());
    ApiCluster cluster = new ApiCluster(api, events);
    new NodeApply(cluster).apply(actions);
    return Outcomes.of(cluster.failure(), lookAgain(actions));
  }

  private static Optional<Duration> lookAgain(List<NodeAction> actions) {
    return actions.stream()
        .filter(NodeAction.LookAgain.class::isInstance)
        .map(action -> ((NodeAction.LookAgain) action).after())
        .findFirst();
  }

  private NodeWorld world(String name, Snapshot snapshot) {
    long now = clock.nanoTime();
    Optional<Node> node = snapshot.find(ObjectType.NODE, "", name);
    Supplier<List<Pod>> pods = () -> snapshot.by(views.podsByNode, name);
    Duration missing = observer.missing(name, node.isPresent() || pods.get().isEmpty(), now);
    Map<String, Duration> ages =
        node.map(Taints::evicting)
            .map(taints -> observer.taintAges(name, taints.stream().map(Taints::id).toList(), now))
            .orElse(Map.of());
    Optional<Duration> silence = observer.silence(name, now);
    return new NodeWorld(name, node, pods, silence, missing, ages, fleet(snapshot, silence, now));
  }

  /** Counted only when it can matter: while every node is heard it is the same for all. */
  private Fleet fleet(Snapshot snapshot, Optional<Duration> silence, long now) {
    if (silence.isEmpty() || silence.get().compareTo(timing.grace()) < 0) {
      return new Fleet(snapshot.count(ObjectType.NODE), 0);
    }
    long silent =
        snapshot.list(ObjectType.NODE).stream()
            .map(node -> observer.silence(node.getMetadata().getName(), now))
            .filter(each -> each.isPresent() && each.get().compareTo(timing.grace()) >= 0)
            .count();
    return new Fleet(snapshot.count(ObjectType.NODE), (int) silent);
  }
}
