package dev.capstan.ctl.rollout;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ContainerState;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStateWaiting;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a new pod will not come up.
 *
 * @param pod its name
 * @param container concerned; empty if it never came to a container
 * @param summary completes "pod web-1 …"
 * @param reason one word
 * @param exitCode how the container ended the last time; null if it did not
 * @param message the engine's or the scheduler's own words; may be empty
 * @param hasLog true if the container has run and may have said something
 */
record Trouble(
    String pod,
    String container,
    String summary,
    String reason,
    @Nullable Integer exitCode,
    String message,
    boolean hasLog) {

  /** A container that ended twice after it was started again will end again. */
  static final int RESTARTS = 2;

  /**
   * Room may come free while old pods end; only after this long "cannot be placed" is taken for an
   * answer.
   */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /**
   * Looks at a pod.
   *
   * @param before restarts it had when the rollout began
   */
  static Optional<Trouble> of(Pod pod, int before, Instant now) {
    String name = pod.getMetadata().getName();
    for (ContainerStatus c : pod.getStatus().getContainerStatusesList()) {
      boolean again = c.getRestartCount() - before >= RESTARTS;
      boolean still = c.getRestartCount() >= RESTARTS && !c.getReady();
      if (again || still) {
        return Optional.of(restarted(name, c));
      }
      if (c.getState().hasWaiting() && cannotStart(c.getState().getWaiting().getReason())) {
        return Optional.of(waiting(name, c));
      }
    }
    return unplaced(pod, now);
  }

  private static boolean cannotStart(String reason) {
    return switch (reason) {
      case "ErrImagePull",
          "ImagePullBackOff",
          "ErrImageNeverPull",
          "InvalidImageName",
          "CreateContainerError",
          "RunContainerError" ->
          true;
      default -> false;
    };
  }

  private static Trouble waiting(String pod, ContainerStatus c) {
    ContainerStateWaiting w = c.getState().getWaiting();
    boolean image = w.getReason().contains("Image");
    String summary = image ? "cannot pull the image " + c.getImage() : "cannot start its container";
    return new Trouble(pod, c.getName(), summary, w.getReason(), null, w.getMessage(), false);
  }

  private static Trouble restarted(String pod, ContainerStatus c) {
    ContainerState state = c.getState();
    ContainerStateTerminated last =
        state.hasTerminated() ? state.getTerminated() : c.getLastState().getTerminated();
    boolean known = state.hasTerminated() || c.getLastState().hasTerminated();
    String reason =
        state.hasWaiting() && !state.getWaiting().getReason().isEmpty()
            ? state.getWaiting().getReason()
            : last.getReason();
    String word =
        reason.equals("CrashLoopBackOff") && !last.getReason().isEmpty()
            ? "CrashLoopBackOff (" + last.getReason() + ")"
            : reason;
    return new Trouble(
        pod,
        c.getName(),
        "restarted " + c.getRestartCount() + " times",
        word.isEmpty() ? "Error" : word,
        known ? last.getExitCode() : null,
        last.getMessage(),
        true);
  }

  private static Optional<Trouble> unplaced(Pod pod, Instant now) {
    Optional<Condition> scheduled =
        Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_POD_SCHEDULED);
    boolean refused =
        pod.getSpec().getNodeName().isEmpty()
            && scheduled.isPresent()
            && scheduled.get().getStatus().equals(WellKnown.FALSE);
    if (!refused || waited(pod, now).compareTo(PATIENCE) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Trouble(
            pod.getMetadata().getName(),
            "",
            "cannot be placed on any node",
            scheduled.get().getReason(),
            null,
            scheduled.get().getMessage(),
            false));
  }

  private static Duration waited(Pod pod, Instant now) {
    Instant created = ApiTimes.instant(pod.getMetadata().getCreationTimestamp());
    return Duration.between(created, now);
  }
}
