package dev.capstan.controller;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What controllers ask of a pod. */
public final class PodStates {

  private PodStates() {}

  /** Succeeded or Failed: it will never run again. */
  public static boolean isTerminal(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Its deletion has been asked for. */
  public static boolean isGoing(Pod pod) {
    return pod.getMetadata().hasDeletionTimestamp();
  }

  /** Neither terminal nor going: it counts as a replica. */
  public static boolean isActive(Pod pod) {
    return !isTerminal(pod) && !isGoing(pod);
  }

  /** The active ones. */
  public static List<Pod> active(List<Pod> pods) {
    return pods.stream().filter(PodStates::isActive).toList();
  }

  /** Its condition Ready is True. */
  public static boolean isReady(Pod pod) {
    return Conditions.isTrue(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
  }

  /** Since when it has been ready; empty if it is not, or does not say. */
  public static Optional<Instant> readySince(Pod pod) {
    return Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY)
        .filter(ready -> ready.getStatus().equals(WellKnown.TRUE))
        .filter(Condition::hasLastTransitionTime)
        .map(ready -> ApiTimes.instant(ready.getLastTransitionTime()));
  }

  /** Ready without interruption for at least {@code minReadySeconds}. */
  public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
    return isReady(pod)
        && (minReadySeconds <= 0 || untilAvailable(pod, minReadySeconds, now).isZero());
  }

  /**
   * How long until a ready pod is available; zero if it is. A pod that does not say since when it
   * is ready has the whole time before it.
   */
  public static Duration untilAvailable(Pod pod, int minReadySeconds, Instant now) {
    Instant since = readySince(pod).orElse(now);
    Duration left = Duration.between(now, since.plusSeconds(minReadySeconds));
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The greatest number of restarts of any of its containers. */
  public static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatusesList().stream()
        .mapToInt(ContainerStatus::getRestartCount)
        .max()
        .orElse(0);
  }
}
