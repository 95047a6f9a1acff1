package dev.capstan.kubelet.pod;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.ContainerState;
import dev.capstan.api.v1.ContainerStateRunning;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStateWaiting;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.kubelet.runtime.ContainerView;
import java.time.Instant;

/**
 * What a pod's thread knows of its container, as the API tells it. Not thread-safe: the thread's
 * own.
 */
final class ContainerFacts {

  private final String engine;
  private final String name;
  private ContainerState state = waitingState("ContainerCreating", "");
  private ContainerState last = ContainerState.getDefaultInstance();
  private boolean ready;
  private boolean started;
  private int restarts;
  private String image;
  private String imageId = "";
  private String containerId = "";

  ContainerFacts(String engine, String name, String image) {
    this.engine = engine;
    this.name = name;
    this.image = image;
  }

  /** Goes on from what an earlier kubelet wrote. */
  void restore(ContainerStatus status) {
    state = status.getState();
    last = status.getLastState();
    ready = status.getReady();
    started = status.getStarted();
    restarts = status.getRestartCount();
    imageId = status.getImageId();
    containerId = status.getContainerId();
  }

  void wants(String wantedImage) {
    image = wantedImage;
  }

  void waiting(String reason, String message) {
    state = waitingState(reason, message);
    ready = false;
    started = false;
  }

  void running(ContainerView view, boolean isReady) {
    Instant since = view.startedAt();
    ContainerStateRunning.Builder running = ContainerStateRunning.newBuilder();
    if (since != null) {
      running.setStartedAt(ApiTimes.of(since));
    }
    state = ContainerState.newBuilder().setRunning(running).build();
    ready = isReady;
    started = true;
    restarts = view.ref().attempt();
    imageId = view.imageId();
    containerId = id(view);
  }

  void ended(ContainerStateTerminated terminated, int attempt) {
    state = ContainerState.newBuilder().setTerminated(terminated).build();
    last = state;
    ready = false;
    started = false;
    restarts = attempt;
    if (!terminated.getContainerId().isEmpty()) {
      containerId = terminated.getContainerId();
    }
  }

  /** The container's id as the API prints it. */
  String id(ContainerView view) {
    return engine + "://" + view.id();
  }

  boolean isReady() {
    return ready;
  }

  boolean isWaiting() {
    return state.hasWaiting();
  }

  boolean hasRun() {
    return state.hasRunning() || state.hasTerminated() || last.hasTerminated();
  }

  String containerId() {
    return containerId;
  }

  ContainerStatus status() {
    ContainerStatus.Builder status =
        ContainerStatus.newBuilder()
            .setName(name)
            .setState(state)
            .setReady(ready)
            .setStarted(started)
            .setRestartCount(restarts)
            .setImage(image)
            .setImageId(imageId)
            .setContainerId(containerId);
    // While it shows how it ended, that is the state, not yet the last one.
    if (last.hasTerminated() && !last.equals(state)) {
      status.setLastState(last);
    }
    return status.build();
  }

  private static ContainerState waitingState(String reason, String message) {
    return ContainerState.newBuilder()
        .setWaiting(ContainerStateWaiting.newBuilder().setReason(reason).setMessage(message))
        .build();
  }

  /** How a container ended, from what the engine and its last words say. */
  ContainerStateTerminated terminated(ContainerView view, String message) {
    int code = view.exitCode();
    ContainerStateTerminated.Builder ended =
        ContainerStateTerminated.newBuilder()
            .setExitCode(code)
            .setSignal(signal(code))
            .setReason(reason(view))
            .setMessage(message)
            .setContainerId(id(view));
    if (view.startedAt() != null) {
      ended.setStartedAt(ApiTimes.of(view.startedAt()));
    }
    if (view.finishedAt() != null) {
      ended.setFinishedAt(ApiTimes.of(view.finishedAt()));
    }
    return ended.build();
  }

  /** The engine reports 128+n after signal n; a program may exit with such a code too. */
  private static int signal(int code) {
    return code > 128 && code <= 128 + 64 ? code - 128 : 0;
  }

  private static String reason(ContainerView view) {
    if (view.oomKilled()) {
      return "OOMKilled";
    }
    if (view.startedAt() == null && !view.error().isEmpty()) {
      return "ContainerCannotRun";
    }
    return view.exitCode() == 0 ? "Completed" : "Error";
  }
}
