package dev.capstan.kubelet.session;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.kubelet.pod.PodManager;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends a container's log: of one attempt, or with {@code follow} of one attempt after another. */
final class LogSession {

  /** Takes what a session sends; may block. */
  @FunctionalInterface
  interface Output {

    /**
     * Takes some bytes.
     *
     * @param place after them, for whoever goes on later; null if there is none
     * @return false if no more are wanted
     */
    boolean write(byte[] bytes, @Nullable LogPosition place) throws InterruptedException;

    /** Tells the reader something that is no part of the log; false if no more is wanted. */
    default boolean tell(String notice) throws InterruptedException {
      return true;
    }
  }

  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

  private final PodManager pods;
  private final ContainerRuntime runtime;
  private final Clock clock;
  private final LogsRequest request;
  private final String podUid;
  private final LogPieces pieces;
  private volatile boolean begun;

  LogSession(
      PodManager pods,
      ContainerRuntime runtime,
      Clock clock,
      LogsRequest request,
      String podUid,
      Output output) {
    this.pods = pods;
    this.runtime = runtime;
    this.clock = clock;
    this.request = request;
    this.podUid = podUid;
    this.pieces = new LogPieces(request, output);
  }

  /** Sends it all and says how it went. */
  Status run() throws InterruptedException {
    try {
      Optional<Pod> pod = pods.pod(podUid);
      if (pod.isEmpty()) {
        return status(Code.NOT_FOUND, "the pod is not on this node (any more)");
      }
      Optional<ContainerRef> first = request.hasAfter() ? interrupted() : choose();
      if (first.isPresent()) {
        first(first.get());
      } else if (!request.hasAfter()) {
        return none(pod.get());
      }
      if (follows()) {
        follow(first.map(ContainerRef::attempt).orElse(request.getAfter().getAttempt()));
      }
      return status(Code.OK, "");
    } catch (RuntimeFault e) {
      if (e.kind() != RuntimeFault.Kind.GONE) {
        return status(Code.UNAVAILABLE, "container engine: " + e.words());
      }
      // Removed while somebody followed it: that is how it ends.
      return begun
          ? status(Code.OK, "")
          : status(Code.NOT_FOUND, "the log is gone: the container was removed from the engine");
    }
  }

  private Status none(Pod pod) {
    String name = pod.getSpec().getContainers(0).getName();
    if (request.getPrevious()) {
      return status(
          Code.NOT_FOUND,
          "previous terminated container \""
              + name
              + "\" in pod \""
              + pod.getMetadata().getName()
              + "\" not found");
    }
    if (hasRun(pod.getStatus())) {
      return removed(name, pod.getMetadata().getName());
    }
    String reason = "ContainerCreating";
    if (pod.getStatus().getContainerStatusesCount() > 0
        && pod.getStatus().getContainerStatuses(0).getState().hasWaiting()) {
      reason = pod.getStatus().getContainerStatuses(0).getState().getWaiting().getReason();
    }
    return status(
        Code.FAILED_PRECONDITION,
        "container \""
            + name
            + "\" in pod \""
            + pod.getMetadata().getName()
            + "\" is waiting to start: "
            + reason);
  }

  /** Whether it has ever started, by what was reported of it. */
  private static boolean hasRun(PodStatus status) {
    return status.getContainerStatusesList().stream()
        .anyMatch(container ->
            container.getState().hasRunning()
                || container.getState().hasTerminated()
                || container.getLastState().hasTerminated());
  }

  private static Status removed(String container, String pod) {
    return status(
        Code.NOT_FOUND,
        "the log of container \"%s\" in pod \"%s\" is gone: somebody has removed the container from the engine"
            .formatted(container, pod));
  }

  /** The latest attempt that has started, or the one before it. */
  private Optional<ContainerRef> choose() throws RuntimeFault, InterruptedException {
    List<ContainerRef> refs = pods.containers(podUid);
    int skip = request.getPrevious() ? 1 : 0;
    for (int i = refs.size() - 1; i >= 0; i--) {
      if (hasStarted(refs.get(i)) && skip-- == 0) {
        return Optional.of(refs.get(i));
      }
    }
    return Optional.empty();
  }

  private boolean hasStarted(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return runtime
        .inspect(ref)
        .filter(view -> view.state() != ContainerView.State.CREATED)
        .isPresent();
  }

  /** The attempt that an earlier stream was at; empty if it has been removed. */
  private Optional<ContainerRef> interrupted() throws RuntimeFault, InterruptedException {
    return pods.containers(podUid).stream()
        .filter(ref -> ref.attempt() == request.getAfter().getAttempt())
        .findFirst();
  }

  private boolean follows() {
    return request.getFollow() && !request.getPrevious();
  }

  private void first(ContainerRef ref) throws RuntimeFault, InterruptedException {
    if (request.hasAfter()) {
      pieces.goOn(request.getAfter());
      send(ref, new LogQuery(follows(), null, ApiTimes.instant(request.getAfter().getTime())));
      return;
    }
    Long tail = request.hasTailLines() ? (Long) request.getTailLines() : null;
    Instant since = since();
    if (follows() && (tail == null || tail == 0)) {
      Instant start = tail != null ? clock.now() : since == null ? Instant.EPOCH : since;
      pieces.begin(ref.attempt(), start);
    }
    send(ref, new LogQuery(follows(), tail, since));
  }

  private @Nullable Instant since() {
    if (request.hasSinceTime()) {
      return ApiTimes.instant(request.getSinceTime());
    }
    if (!request.hasSinceSeconds()) {
      return null;
    }
    long now = clock.now().getEpochSecond();
    return Instant.ofEpochSecond(Math.max(0, now - Math.max(0, request.getSinceSeconds())));
  }

  private void send(ContainerRef ref, LogQuery query) throws RuntimeFault, InterruptedException {
    if (pieces.wanted()) {
      runtime.logs(
          ref,
          query,
          new LogSink() {
            @Override
            public boolean write(Instant time, byte[] bytes) throws InterruptedException {
              begun = true;
              return pieces.write(ref.attempt(), time, bytes);
            }

            @Override
            public boolean gap(Instant after, Instant next) throws InterruptedException {
              return pieces.gap(after, next);
            }

            @Override
            public void position(Instant time, long ofThisTime) {
              pieces.position(time, ofThisTime);
            }
          });
    }
  }

  /** Goes on with the next attempt, until the pod will have none. */
  private void follow(int attempt) throws RuntimeFault, InterruptedException {
    int last = attempt;
    while (pieces.wanted()) {
      boolean more = mayRunAgain(); // Asked before looking: the last attempt must not be missed.
      Optional<ContainerRef> next = after(last);
      if (next.isPresent()) {
        send(next.get(), new LogQuery(true, null, null));
        last = next.get().attempt();
      } else if (more) {
        clock.sleep(LOOK_AGAIN);
      } else {
        return;
      }
    }
  }

  private Optional<ContainerRef> after(int attempt) throws RuntimeFault, InterruptedException {
    for (ContainerRef ref : pods.containers(podUid)) {
      if (ref.attempt() > attempt && hasStarted(ref)) {
        return Optional.of(ref);
      }
    }
    return Optional.empty();
  }

  private boolean mayRunAgain() {
    return pods.pod(podUid)
        .filter(pod -> !pod.getMetadata().hasDeletionTimestamp())
        .map(pod -> pod.getStatus().getPhase())
        .filter(phase -> !phase.equals("Succeeded") && !phase.equals("Failed"))
        .isPresent();
  }

  static Status status(Code code, String message) {
    return Status.newBuilder().setCode(code.getNumber()).setMessage(message).build();
  }
}
