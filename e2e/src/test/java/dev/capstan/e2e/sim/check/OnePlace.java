package dev.capstan.e2e.sim.check;

import dev.capstan.e2e.sim.check.Op.Verb;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * I4: a pod's node never changes once set, and the containers of one namespace and name never run
 * on two nodes at once, nor one container twice on one.
 *
 * <p>The one exception is what was asked for: a pod that somebody other than its kubelet removed
 * from the store while its container ran (deleted with a grace of 0, or because its node is gone).
 * Its name is free then, and the old container may run on until its kubelet hears of it. A kubelet
 * that confirms the end of a pod whose container still runs breaks the invariant itself.
 */
final class OnePlace implements Rule {

  private final Report report;
  private final Wants wants;

  /** A running container; the name is the one in the pod. */
  record Running(String node, String namespace, String pod, String uid, String name) {
    String owner() {
      return namespace + "/" + pod;
    }
  }

  private final Map<String, Map<Running, Integer>> byPod = new LinkedHashMap<>();
  private final Set<String> abandoned = new HashSet<>();

  OnePlace(Report report, Wants wants) {
    this.report = report;
    this.wants = wants;
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.is("Pod") && edit.before() != null) {
        changed(edit, edit.before());
      }
    }
  }

  private void changed(Edit edit, Held before) {
    String node = Pods.node(Pods.of(before));
    Held after = edit.after();
    if (after == null) {
      removed(before);
    } else if (!before.uid().equals(after.uid())) {
      report.broken("I4", before + " changed its uid from " + before.uid() + " to " + after.uid());
    } else if (!node.isEmpty() && !node.equals(Pods.node(Pods.of(after)))) {
      report.broken(
          "I4", before + " moved from node " + node + " to '" + Pods.node(Pods.of(after)) + "'");
    }
  }

  private void removed(Held pod) {
    if (Pods.node(Pods.of(pod)).isEmpty()) {
      return;
    }
    List<Want> causes =
        wants.all(Verb.DELETE, pod).stream().filter(want -> want.mayGoAtOnce(pod)).toList();
    boolean confirmed =
        pod.meta().getFinalizersCount() == 0
            && !causes.isEmpty()
            && causes.stream().allMatch(want -> want.role() == Role.KUBELET);
    if (!confirmed) {
      abandoned.add(pod.uid());
    }
    Running running = running(pod);
    if (confirmed && running != null) {
      report.broken(
          "I4",
          "the kubelet confirmed the end of %s (uid %s) while its container %s runs on node %s"
              .formatted(pod, pod.uid(), running.name(), running.node()));
    }
  }

  private @Nullable Running running(Held pod) {
    for (Running each : byPod.getOrDefault(pod.namespace() + "/" + pod.name(), Map.of()).keySet()) {
      if (each.uid().equals(pod.uid())) {
        return each;
      }
    }
    return null;
  }

  void started(Running container) {
    Map<Running, Integer> running =
        byPod.computeIfAbsent(container.owner(), owner -> new LinkedHashMap<>());
    for (Running other : running.keySet()) {
      if (!other.node().equals(container.node()) && !isExcused(container, other)) {
        report.broken(
            "I4",
            "a container of pod %s starts on node %s (uid %s) while one runs on node %s (uid %s)"
                .formatted(
                    container.owner(),
                    container.node(),
                    container.uid(),
                    other.node(),
                    other.uid()));
      }
    }
    if (running.merge(container, 1, Integer::sum) > 1) {
      report.broken(
          "I4",
          "container %s of pod %s (uid %s) runs twice on node %s"
              .formatted(container.name(), container.owner(), container.uid(), container.node()));
    }
  }

  private boolean isExcused(Running one, Running other) {
    return abandoned.contains(one.uid()) || abandoned.contains(other.uid());
  }

  void ended(Running container) {
    byPod
        .computeIfAbsent(container.owner(), owner -> new LinkedHashMap<>())
        .computeIfPresent(container, (key, count) -> count == 1 ? null : count - 1);
  }
}
