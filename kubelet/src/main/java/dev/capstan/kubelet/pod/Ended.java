package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStatus;
import java.util.Optional;

/**
 * An attempt that is over.
 *
 * @param how it ended
 * @param attempt its number
 * @param nextStep back-off step of the next
 * @param onPurpose it was ended to be made anew
 * @param withEngine it ended because the engine did: the next does not wait
 */
record Ended(
    ContainerStateTerminated how,
    int attempt,
    int nextStep,
    boolean onPurpose,
    boolean withEngine) {

  /** The container that an earlier kubelet reported and nobody can find, if there was one. */
  static Optional<Ended> lost(ContainerStatus status) {
    if (status.getContainerId().isEmpty()) {
      return Optional.empty();
    }
    ContainerStateTerminated how =
        status.getState().hasTerminated()
            ? status.getState().getTerminated()
            : status.getState().hasWaiting() && status.getLastState().hasTerminated()
                ? status.getLastState().getTerminated()
                : unknown(status.getContainerId());
    return Optional.of(new Ended(how, status.getRestartCount(), 1, false, false));
  }

  /** A container that was removed behind our back. */
  static Ended vanished(String containerId, int attempt, boolean onPurpose) {
    return new Ended(unknown(containerId), attempt, 1, onPurpose, false);
  }

  private static ContainerStateTerminated unknown(String containerId) {
    return ContainerStateTerminated.newBuilder()
        .setExitCode(137)
        .setReason("ContainerStatusUnknown")
        .setMessage("The container could not be located when the pod's status was looked up")
        .setContainerId(containerId)
        .build();
  }
}
