package dev.capstan.e2e.sim.check;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the checks ask of pods. */
final class Pods {

  private Pods() {}

  static Pod of(Held held) {
    return (Pod) held.object();
  }

  /** Succeeded or Failed. */
  static boolean isTerminal(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Neither terminal nor being deleted. */
  static boolean isActive(Pod pod) {
    return !isTerminal(pod) && !pod.getMetadata().hasDeletionTimestamp();
  }

  static boolean isReady(Pod pod) {
    return Conditions.isTrue(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
  }

  /** True if the scheduler says that there is no place for it. */
  static boolean isSaidToWait(Pod pod) {
    return Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_POD_SCHEDULED)
        .filter(condition -> condition.getStatus().equals(WellKnown.FALSE))
        .isPresent();
  }

  /** Seconds since the epoch from which on it is available; Long.MAX_VALUE if it is not ready. */
  static long availableFrom(Pod pod, int minReadySeconds) {
    Optional<Condition> ready =
        Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY)
            .filter(condition -> condition.getStatus().equals(WellKnown.TRUE));
    if (ready.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return minReadySeconds <= 0
        ? Long.MIN_VALUE
        : ApiTimes.instant(ready.get().getLastTransitionTime()).getEpochSecond() + minReadySeconds;
  }

  static String node(Pod pod) {
    return pod.getSpec().getNodeName();
  }

  /** The managing owner, or null. */
  static @Nullable OwnerReference controller(Held child) {
    for (OwnerReference reference : child.meta().getOwnerReferencesList()) {
      if (reference.getController()) {
        return reference;
      }
    }
    return null;
  }

  /** Uid of the managing owner; empty without one. */
  static String controllerUid(Held child) {
    OwnerReference reference = controller(child);
    return reference == null ? "" : reference.getUid();
  }
}
