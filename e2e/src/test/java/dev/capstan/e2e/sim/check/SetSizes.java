package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.ReplicaSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The upper bound of a ReplicaSet: of its pods there are never more than the largest size it had
 * since it was last settled (its count right in store and status).
 */
final class SetSizes {

  private final Report report;
  private final Owners owners;
  private final Counted counted;

  /** Largest size of a ReplicaSet since it was last settled, by its uid. */
  private final Map<String, Integer> sizes = new HashMap<>();

  SetSizes(Report report, Owners owners, Counted counted) {
    this.report = report;
    this.owners = owners;
    this.counted = counted;
  }

  /** Takes note of an edit of a ReplicaSet. */
  void set(Edit edit) {
    Held after = edit.after();
    if (after == null) {
      sizes.remove(edit.any().uid());
    } else {
      sizes.merge(after.uid(), Owners.wanted(Owners.set(after)), Math::max);
    }
  }

  /** Judges the creation of a pod of a ReplicaSet. */
  void created(Held pod, Held set) {
    int own = counted.active(owners.children(set.uid()));
    int size = sizes.getOrDefault(set.uid(), 0);
    if (own > size) {
      report.broken(
          "I3",
          "%s is created as number %d of %s, which never wanted more than %d since it last had them"
              .formatted(pod, own, set, size));
    }
  }

  /** Looks which ReplicaSets a revision has settled. */
  void settle(Commit commit) {
    for (Edit edit : commit.edits()) {
      Held set = edit.is("ReplicaSet") ? edit.after() : null;
      if (edit.is("Pod")) {
        set = owners.set(Pods.controllerUid(edit.any()));
      }
      if (set != null) {
        settle(set);
      }
    }
  }

  private void settle(Held set) {
    ReplicaSet object = Owners.set(set);
    int wanted = Owners.wanted(object);
    boolean settled =
        object.getStatus().getObservedGeneration() >= set.meta().getGeneration()
            && object.getStatus().getReplicas() == wanted
            && counted.active(owners.children(set.uid())) == wanted;
    if (settled) {
      sizes.put(set.uid(), wanted);
    }
  }
}
