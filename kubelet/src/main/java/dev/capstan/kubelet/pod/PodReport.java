package dev.capstan.kubelet.pod;

import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import java.util.List;

/** The status of one pod as its thread tells it. Not thread-safe: the thread's own. */
final class PodReport {

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final ContainerFacts container;
  private final Timestamp startTime;
  private List<Condition> conditions;
  private String phase;
  private String reason = "";
  private String message = "";
  private String podIp;

  PodReport(PodEnvironment env, PodInbox inbox) {
    this.env = env;
    this.inbox = inbox;
    Pod pod = inbox.pod();
    PodStatus earlier = pod.getStatus();
    String name = pod.getSpec().getContainers(0).getName();
    this.container =
        new ContainerFacts(env.engine(), name, pod.getSpec().getContainers(0).getImage());
    if (earlier.getContainerStatusesCount() > 0) {
      container.restore(earlier.getContainerStatuses(0));
    }
    this.startTime =
        earlier.hasStartTime() ? earlier.getStartTime() : ApiTimes.of(env.seam().clock().now());
    this.conditions = earlier.getConditionsList();
    this.phase = earlier.getPhase().isEmpty() ? PodStatuses.PENDING : earlier.getPhase();
    this.podIp = earlier.getPodIp();
    this.reason = earlier.getReason();
    this.message = earlier.getMessage();
  }

  ContainerFacts container() {
    return container;
  }

  String podIp() {
    return podIp;
  }

  void podIp(String address) {
    podIp = address;
  }

  boolean isFinal() {
    return PodStatuses.isFinal(phase);
  }

  /** Tells what the container facts say now. */
  void publish() {
    if (!isFinal() && container.hasRun()) {
      phase = PodStatuses.RUNNING;
    }
    tell();
  }

  /** Tells the end of the pod. */
  void finish(String finalPhase, String why, String sentence) {
    phase = finalPhase;
    reason = why;
    message = sentence;
    tell();
  }

  private void tell() {
    Pod pod = inbox.pod();
    Timestamp now = ApiTimes.of(env.seam().clock().now());
    String name = pod.getSpec().getContainers(0).getName();
    conditions =
        PodStatuses.conditions(conditions, phase, name, container.isReady() && !isFinal(), now);
    PodStatus.Builder status =
        PodStatus.newBuilder()
            .setPhase(phase)
            .setReason(reason)
            .setMessage(message)
            .addAllConditions(conditions)
            .setHostIp(env.hostIp())
            .setPodIp(podIp)
            .setStartTime(startTime)
            .setObservedGeneration(pod.getMetadata().getGeneration());
    if (!isRejected()) {
      status.addContainerStatuses(container.status());
    }
    env.statuses().want(pod.getMetadata().getUid(), status.build());
  }

  private boolean isRejected() {
    return phase.equals(PodStatuses.FAILED) && !container.hasRun();
  }
}
