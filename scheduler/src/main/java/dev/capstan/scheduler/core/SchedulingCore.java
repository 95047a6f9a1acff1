package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.scheduler.core.Obstacle.Change;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Places pods on nodes: observations go in, decisions come out, and nothing else happens. Not
 * thread-safe.
 *
 * <p>A decision to bind is assumed: the pod takes its place at once, and keeps it until an
 * observation confirms it or {@link #bindingRefused} takes it back. An older observation that does
 * not show the binding yet changes nothing.
 */
public final class SchedulingCore {

  /** Classes kept; the least recently used is forgotten first. */
  private static final int MAX_CLASSES = 256;

  /** A pod that has its place. */
  private record Placement(String node, PodNeeds needs, PendingPods.@Nullable Entry assumedFrom) {}

  private final Cluster cluster = new Cluster();
  private final PendingPods pending = new PendingPods();
  private final Map<String, Placement> placements = new LinkedHashMap<>();
  private final Map<PodNeeds, PodClass> classes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PodNeeds, PodClass> eldest) {
          return size() > MAX_CLASSES;
        }
      };

  /** A node was added or changed. */
  public void observe(Node node) {
    pending.wake(cluster.observe(node));
  }

  /** A node is gone. */
  public void removeNode(String name) {
    cluster.removeNode(name);
  }

  /** A pod was added or changed. */
  public void observe(Pod pod) {
    PodRef ref = PodRef.of(pod);
    if (hasEnded(pod)) {
      removePod(ref.uid());
    } else if (!pod.getSpec().getNodeName().isEmpty()) {
      observeBound(ref, PodNeeds.of(pod), pod.getSpec().getNodeName());
    } else if (pod.getMetadata().hasDeletionTimestamp()) {
      removePod(ref.uid());
    } else if (!placements.containsKey(ref.uid())) {
      pending.add(ref, PodNeeds.of(pod));
    }
  }

  /**
   * True if {@link #observe(Pod)} would learn nothing from a pod's new state that it did not learn
   * from the one before: most changes of a pod are of its status.
   */
  public static boolean isSame(Pod before, Pod after) {
    return before.getMetadata().getUid().equals(after.getMetadata().getUid())
        && before.getMetadata().hasDeletionTimestamp() == after.getMetadata().hasDeletionTimestamp()
        && hasEnded(before) == hasEnded(after)
        && before
            .getMetadata()
            .getOwnerReferencesList()
            .equals(after.getMetadata().getOwnerReferencesList())
        && before.getSpec().equals(after.getSpec());
  }

  private static boolean hasEnded(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private void observeBound(PodRef ref, PodNeeds needs, String node) {
    pending.remove(ref.uid());
    Placement known = placements.get(ref.uid());
    Placement now = new Placement(node, needs, null);
    if (now.equals(known)) {
      return;
    }
    if (known == null || !known.node().equals(node) || !known.needs().equals(needs)) {
      release(ref.uid());
      cluster.place(ref.uid(), needs, node);
    }
    placements.put(ref.uid(), now);
  }

  /** A pod is gone, or has ended. */
  public void removePod(String uid) {
    pending.remove(uid);
    release(uid);
  }

  /**
   * A binding was refused for good: the place is free again, and the pod, if it is still wanted, is
   * tried again.
   */
  public void bindingRefused(PodRef pod, long now) {
    Placement placement = placements.get(pod.uid());
    if (placement != null && placement.assumedFrom() != null) {
      release(pod.uid());
      pending.putBack(placement.assumedFrom(), now);
    }
  }

  private void release(String uid) {
    Placement placement = placements.remove(uid);
    if (placement != null) {
      cluster.unplace(uid, placement.node());
      pending.wake(EnumSet.of(Change.POD_REMOVED));
    }
  }

  /**
   * Decides about the most urgent pods.
   *
   * @param now the monotonic time in nanoseconds
   * @param most at most this many decisions
   */
  public List<Decision> decide(long now, int most) {
    List<Decision> decisions = new ArrayList<>();
    while (decisions.size() < most) {
      PendingPods.Entry entry = pending.take(now);
      if (entry == null) {
        break;
      }
      decisions.add(decide(entry, now));
    }
    return decisions;
  }

  private Decision decide(PendingPods.Entry entry, long now) {
    PodClass podClass =
        classes.computeIfAbsent(entry.needs(), needs -> new PodClass(needs, cluster));
    NodeState node = podClass.best();
    if (node == null) {
      Diagnosis diagnosis = podClass.explain();
      pending.putBack(entry, diagnosis, now);
      return new Decision.Unschedulable(entry.pod(), diagnosis.message());
    }
    cluster.place(entry.pod().uid(), entry.needs(), node.name());
    placements.put(entry.pod().uid(), new Placement(node.name(), entry.needs(), entry));
    return new Decision.Bind(entry.pod(), node.name());
  }

  /** True if {@link #decide} has something to decide now. */
  public boolean hasWork(long now) {
    OptionalLong due = pending.nextDue();
    return pending.hasActive() || (due.isPresent() && due.getAsLong() <= now);
  }

  /** When the next backed-off pod comes due (monotonic nanoseconds). */
  public OptionalLong nextDue() {
    return pending.nextDue();
  }

  /** Pods without a node. */
  public int pendingCount() {
    return pending.size();
  }

  /** Of these, pods that wait for the cluster to change. */
  public int waitingCount() {
    return pending.waitingCount();
  }
}
