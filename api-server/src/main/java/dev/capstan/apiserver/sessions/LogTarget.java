package dev.capstan.apiserver.sessions;

import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerStateWaiting;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Pod;
import java.util.List;

/**
 * Where a log is to be had. Says in the pod's own terms why there is none yet, as Kubernetes'
 * kubelet does (validateContainerLogStatus).
 *
 * @param node the node
 * @param podUid uid of the pod
 * @param request what to ask of the kubelet, with the container's name
 */
record LogTarget(String node, String podUid, LogsRequest request) {

  /** The last second that a protobuf time may have: that of year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final long FIRST_SECOND = -62_135_596_800L;

  static LogTarget of(Pod pod, LogsRequest request) {
    check(request);
    boolean other =
        !request.getUid().isEmpty() && !request.getUid().equals(pod.getMetadata().getUid());
    if (other) {
      throw ApiErrors.error(
          Code.NOT_FOUND,
          "NotFound",
          "pods \"" + pod.getMetadata().getName() + "\" not found: there is another of this name");
    }
    String container = container(pod, request.getContainer());
    if (pod.getSpec().getNodeName().isEmpty()) {
      throw ApiErrors.failedPrecondition("NotScheduled", notScheduled(pod));
    }
    if (!request.getPrevious()) {
      pod.getStatus().getContainerStatusesList().stream()
          .filter(status -> status.getName().equals(container))
          .forEach(status -> checkStarted(pod, status));
    }
    return new LogTarget(
        pod.getSpec().getNodeName(),
        pod.getMetadata().getUid(),
        request.toBuilder().setContainer(container).build());
  }

  private static void check(LogsRequest request) {
    if (request.hasTailLines() && request.getTailLines() < 0) {
      throw ApiErrors.badRequest("tailLines", "must be 0 or more");
    }
    if (request.hasSinceSeconds() && request.getSinceSeconds() < 0) {
      throw ApiErrors.badRequest("sinceSeconds", "must be 0 or more");
    }
    if (request.hasLimitBytes() && request.getLimitBytes() < 1) {
      throw ApiErrors.badRequest("limitBytes", "must be 1 or more");
    }
    checkTime("sinceTime", request.getSinceTime());
    checkTime("after.time", request.getAfter().getTime());
  }

  private static void checkTime(String field, Timestamp time) {
    boolean known =
        time.getSeconds() >= FIRST_SECOND
            && time.getSeconds() <= LAST_SECOND
            && time.getNanos() >= 0
            && time.getNanos() < 1_000_000_000;
    if (!known) {
      throw ApiErrors.badRequest(field, "must be a time between the years 1 and 9999");
    }
  }

  private static String container(Pod pod, String asked) {
    List<String> names =
        pod.getSpec().getContainersList().stream().map(Container::getName).toList();
    if (asked.isEmpty() && names.size() == 1) {
      return names.getFirst();
    }
    if (names.contains(asked)) {
      return asked;
    }
    throw ApiErrors.badRequest(
        "container",
        (asked.isEmpty() ? "a container name must be specified" : "container is not valid")
            + " for pod \""
            + pod.getMetadata().getName()
            + "\", choose one of: "
            + String.join(", ", names));
  }

  private static String notScheduled(Pod pod) {
    String message =
        Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_POD_SCHEDULED)
            .map(Condition::getMessage)
            .orElse("");
    return "pod \"%s\" has not been scheduled yet%s"
        .formatted(pod.getMetadata().getName(), message.isEmpty() ? "" : ": " + message);
  }

  private static void checkStarted(Pod pod, ContainerStatus status) {
    // A container that crashed and waits to be started again has the log of its last run.
    if (!status.getState().hasWaiting() || status.getLastState().hasTerminated()) {
      return;
    }
    ContainerStateWaiting waiting = status.getState().getWaiting();
    throw ApiErrors.failedPrecondition(
        "ContainerWaiting",
        "container \"%s\" in pod \"%s\" is waiting to start: %s%s"
            .formatted(
                status.getName(),
                pod.getMetadata().getName(),
                waiting.getReason(),
                waiting.getMessage().isEmpty() ? "" : ": " + waiting.getMessage()));
  }
}
