package dev.capstan.ctl.table;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ContainerState;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.ctl.text.Ages;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One word on how a pod is doing, as kubectl's printer puts it together. */
public final class PodWords {

  private PodWords() {}

  /** The STATUS column. */
  public static String status(Pod pod) {
    PodStatus status = pod.getStatus();
    boolean terminal = status.getPhase().equals("Succeeded") || status.getPhase().equals("Failed");
    if (pod.getMetadata().hasDeletionTimestamp()) {
      if (status.getReason().equals("NodeLost")) {
        return "Unknown";
      }
      if (!terminal) {
        return "Terminating";
      }
    }
    String word = status.getPhase().isEmpty() ? "Pending" : status.getPhase();
    word = status.getReason().isEmpty() ? word : status.getReason();
    return containers(status, word);
  }

  private static String containers(PodStatus status, String fallback) {
    String word = fallback;
    boolean running = false;
    List<ContainerStatus> all = status.getContainerStatusesList();
    for (int i = all.size() - 1; i >= 0; i--) {
      ContainerState state = all.get(i).getState();
      if (state.hasWaiting() && !state.getWaiting().getReason().isEmpty()) {
        word = state.getWaiting().getReason();
      } else if (state.hasTerminated()) {
        word = terminated(state.getTerminated());
      } else if (state.hasRunning() && all.get(i).getReady()) {
        running = true;
      }
    }
    if (word.equals("Completed") && running) {
      boolean ready = Conditions.isTrue(status.getConditionsList(), WellKnown.CONDITION_READY);
      return ready ? "Running" : "NotReady";
    }
    return word;
  }

  private static String terminated(ContainerStateTerminated t) {
    if (!t.getReason().isEmpty()) {
      return t.getReason();
    }
    return t.getSignal() != 0 ? "Signal:" + t.getSignal() : "ExitCode:" + t.getExitCode();
  }

  /** Containers that are ready. */
  public static long ready(Pod pod) {
    return pod.getStatus().getContainerStatusesList().stream()
        .filter(ContainerStatus::getReady)
        .count();
  }

  /** The RESTARTS column: {@code 3 (5m12s ago)}. */
  public static String restarts(Pod pod, Instant now) {
    List<ContainerStatus> all = pod.getStatus().getContainerStatusesList();
    long count = all.stream().mapToLong(ContainerStatus::getRestartCount).sum();
    Optional<Instant> last =
        all.stream()
            .map(ContainerStatus::getLastState)
            .filter(s -> s.hasTerminated() && s.getTerminated().hasFinishedAt())
            .map(s -> ApiTimes.instant(s.getTerminated().getFinishedAt()))
            .max(Instant::compareTo);
    return count == 0 || last.isEmpty()
        ? Long.toString(count)
        : count + " (" + Ages.since(last.get(), now) + " ago)";
  }
}
