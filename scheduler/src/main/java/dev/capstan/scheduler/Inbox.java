package dev.capstan.scheduler;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.cache.Change;
import dev.capstan.scheduler.core.PodRef;
import dev.capstan.scheduler.core.SchedulingCore;
import dev.capstan.seam.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduling loop has not looked at yet. Only the newest state of each object is kept, so
 * however far the loop falls behind, this holds no more than the cluster does.
 */
final class Inbox {

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();

  /** By name; null for a node that is gone. */
  private final Map<String, @Nullable Node> nodes = new LinkedHashMap<>();

  /** By uid, since a recreated pod of the same name is another one; null for a pod that is gone. */
  private final Map<String, @Nullable Pod> pods = new LinkedHashMap<>();

  private final List<PodRef> refusals = new ArrayList<>();
  private boolean closed;

  Inbox(Clock clock) {
    this.clock = clock;
  }

  void node(Change<Node> change) {
    put(nodes, change.object().getMetadata().getName(), change.after());
  }

  void pod(Change<Pod> change) {
    Pod before = change.before();
    Pod after = change.after();
    if (before != null && after != null && SchedulingCore.isSame(before, after)) {
      return; // What was told before, and may still be in here, says as much.
    }
    put(pods, change.object().getMetadata().getUid(), change.after());
  }

  private <T> void put(Map<String, @Nullable T> map, String key, @Nullable T value) {
    lock.lock();
    try {
      map.remove(
          key); // The newest goes last: the order of the last changes is the order of arrival.
      map.put(key, value);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A binding was refused for good. */
  void refused(PodRef pod) {
    lock.lock();
    try {
      refusals.add(pod);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to look at, or until {@code due} (monotonic nanoseconds), and
   * hands everything over to the core.
   *
   * @return false once closed
   */
  boolean drainInto(SchedulingCore core, OptionalLong due) throws InterruptedException {
    Map<String, @Nullable Node> newNodes;
    Map<String, @Nullable Pod> newPods;
    List<PodRef> newRefusals;
    lock.lock();
    try {
      await(due);
      newNodes = new LinkedHashMap<>(nodes);
      newPods = new LinkedHashMap<>(pods);
      newRefusals = List.copyOf(refusals);
      nodes.clear();
      pods.clear();
      refusals.clear();
      if (closed) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    hand(newNodes, newPods, newRefusals, core);
    return true;
  }

  private void await(OptionalLong due) throws InterruptedException {
    while (nodes.isEmpty() && pods.isEmpty() && refusals.isEmpty() && !closed) {
      if (due.isEmpty()) {
        filled.await();
      } else if (!clock.awaitUntil(lock, filled, due.getAsLong())) {
        return;
      }
    }
  }

  private void hand(
      Map<String, @Nullable Node> newNodes,
      Map<String, @Nullable Pod> newPods,
      List<PodRef> newRefusals,
      SchedulingCore core) {
    // Nodes first: a pod must not be called unschedulable for a node that is already known.
    newNodes.forEach((name, node) -> {
      if (node == null) {
        core.removeNode(name);
      } else {
        core.observe(node);
      }
    });
    newPods.forEach((uid, pod) -> {
      if (pod == null) {
        core.removePod(uid);
      } else {
        core.observe(pod);
      }
    });
    newRefusals.forEach(pod -> core.bindingRefused(pod, clock.nanoTime()));
  }
}
