package dev.capstan.e2e.sim.check;

import java.util.HashMap;
import java.util.Map;

/**
 * Since when pods have been ready, by the clock of the store alone: what the pods' own conditions
 * say comes from the clocks of their nodes.
 */
final class Availability implements Rule {

  /** Conditions carry whole seconds, so that a controller may count up to one more. */
  private static final long SLACK_NANOS = 2_000_000_000L;

  private final Map<String, Long> readySince = new HashMap<>();
  private boolean clocksDiffer;

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.is("Pod")) {
        Held after = edit.after();
        if (after == null || !Pods.isReady(Pods.of(after))) {
          readySince.remove(edit.any().uid());
        } else {
          readySince.putIfAbsent(after.uid(), commit.nanos());
        }
      }
    }
  }

  /** From now on no two clocks agree: whatever is ready may be counted as available. */
  void clocksDiffer() {
    clocksDiffer = true;
  }

  /** True if a controller may count an active pod as available. */
  boolean isAvailable(Held pod, int minReadySeconds, long nanos) {
    Long since = readySince.get(pod.uid());
    return since != null
        && Pods.isActive(Pods.of(pod))
        && (clocksDiffer
            || minReadySeconds <= 0
            || nanos >= since + minReadySeconds * 1_000_000_000L - SLACK_NANOS);
  }
}
