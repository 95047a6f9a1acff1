package dev.capstan.e2e.sim.check;

import dev.capstan.api.LabelSelectors;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which pods a controller's count can be held against. Not those that did not come from a creation
 * that was still under way: pods of users, adopted ones, those that somebody takes away by their
 * labels, and those of a creation of unknown outcome that landed after its client had given up.
 */
final class Counted {

  private final Owners owners;
  private final Causes causes;

  /** Uids of pods that nobody's count can have known of. */
  private final Set<String> uncounted = new LinkedHashSet<>();

  Counted(Owners owners, Causes causes) {
    this.owners = owners;
    this.causes = causes;
  }

  /** Takes note of an edit of a pod. */
  void pod(Edit edit) {
    Held after = edit.after();
    if (after != null && (cameOtherwise(edit, after) || isReleased(after))) {
      uncounted.add(after.uid());
    }
  }

  /** True if a pod came to its owner in another way than by a creation that was under way. */
  private boolean cameOtherwise(Edit edit, Held after) {
    Held before = edit.before();
    if (Pods.controllerUid(after).isEmpty()) {
      return false;
    }
    return before == null
        ? !causes.isUnderWay(edit)
        : !Pods.controllerUid(before).equals(Pods.controllerUid(after));
  }

  /** True if somebody changed a pod's labels so that its owner will let it go. */
  private boolean isReleased(Held pod) {
    Held set = owners.set(Pods.controllerUid(pod));
    return set != null
        && !LabelSelectors.matches(
            Owners.set(set).getSpec().getSelector(), pod.meta().getLabelsMap());
  }

  boolean has(Held pod) {
    return !uncounted.contains(pod.uid());
  }

  /** Counts those that are neither terminal nor being deleted. */
  int active(Iterable<Held> pods) {
    int count = 0;
    for (Held pod : pods) {
      count += Pods.isActive(Pods.of(pod)) && has(pod) ? 1 : 0;
    }
    return count;
  }
}
