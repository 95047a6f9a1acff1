package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ReplicaSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who manages whom, by uid, as the store has it now. */
final class Owners implements Rule {

  private final Map<String, Held> deployments = new LinkedHashMap<>();
  private final Map<String, Held> sets = new LinkedHashMap<>();
  private final Map<String, Map<String, Held>> children = new LinkedHashMap<>();

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      switch (edit.kind().name()) {
        case "Deployment" -> replace(deployments, edit);
        case "ReplicaSet" -> {
          replace(sets, edit);
          link(edit);
        }
        case "Pod" -> link(edit);
        default -> {}
      }
    }
  }

  private static void replace(Map<String, Held> objects, Edit edit) {
    if (edit.before() != null) {
      objects.remove(edit.before().uid());
    }
    if (edit.after() != null) {
      objects.put(edit.after().uid(), edit.after());
    }
  }

  private void link(Edit edit) {
    Held before = edit.before();
    if (before != null) {
      Map<String, Held> siblings = children.get(Pods.controllerUid(before));
      if (siblings != null) {
        siblings.remove(before.uid());
      }
    }
    Held after = edit.after();
    if (after != null && !Pods.controllerUid(after).isEmpty()) {
      children
          .computeIfAbsent(Pods.controllerUid(after), uid -> new LinkedHashMap<>())
          .put(after.uid(), after);
    }
  }

  Collection<Held> deployments() {
    return deployments.values();
  }

  @Nullable Held deployment(String uid) {
    return deployments.get(uid);
  }

  @Nullable Held set(String uid) {
    return sets.get(uid);
  }

  Collection<Held> sets() {
    return sets.values();
  }

  /** What an object manages. */
  Collection<Held> children(String uid) {
    return children.getOrDefault(uid, Map.of()).values();
  }

  /** The deployment above a pod, or null. */
  @Nullable Held deploymentOf(Held pod) {
    Held set = sets.get(Pods.controllerUid(pod));
    return set == null ? null : deployments.get(Pods.controllerUid(set));
  }

  /** The pods of all sets of a deployment. */
  List<Held> pods(Held deployment) {
    List<Held> pods = new ArrayList<>();
    for (Held set : children(deployment.uid())) {
      pods.addAll(children(set.uid()));
    }
    return pods;
  }

  static Deployment deployment(Held held) {
    return (Deployment) held.object();
  }

  static ReplicaSet set(Held held) {
    return (ReplicaSet) held.object();
  }

  static int wanted(ReplicaSet set) {
    return set.getSpec().hasReplicas() ? set.getSpec().getReplicas() : 1;
  }

  static int wanted(Deployment deployment) {
    return deployment.getSpec().hasReplicas() ? deployment.getSpec().getReplicas() : 1;
  }
}
