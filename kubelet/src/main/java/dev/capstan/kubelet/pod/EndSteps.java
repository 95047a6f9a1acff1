package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a pod: makes sure that it is to go, then takes away everything it has. */
final class EndSteps {

  private static final Logger log = LoggerFactory.getLogger(EndSteps.class);
  private static final Duration FROZEN = Duration.ofSeconds(10);

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final PodContainers containers;
  private final StopSteps stops;
  private final LastWords lastWords;

  EndSteps(
      PodEnvironment env,
      PodInbox inbox,
      PodReport report,
      PodContainers containers,
      StopSteps stops) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.containers = containers;
    this.stops = stops;
    this.lastWords = new LastWords(env, inbox);
  }

  /**
   * True if the API itself, not a cache, says that this pod is gone, and it is still our cluster's
   * API.
   */
  boolean confirmGone() throws InterruptedException, ApiFault {
    for (boolean told = false; !env.clusterId().equals(env.api().clusterId()); told = true) {
      if (!told) {
        log.error("pod {}: the API server speaks for another cluster; it is kept", inbox.name());
      }
      env.seam().clock().sleep(FROZEN);
    }
    Pod pod = inbox.pod();
    Optional<Pod> there =
        env.api().find(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    return there.isEmpty() || !there.get().getMetadata().getUid().equals(inbox.uid());
  }

  /** Stops and removes everything of the pod, then the pod itself. */
  void end() throws InterruptedException, RuntimeFault, ApiFault {
    Pod pod = inbox.pod();
    boolean gone = inbox.isGone();
    stopContainers(pod);
    if (!gone) {
      report.publish();
      env.statuses().flush(inbox.uid());
    }
    for (ContainerSummary container : containers.all()) {
      env.runtime().remove(container.ref());
    }
    env.addresses().release(inbox.uid());
    env.admission().release(inbox.uid());
    if (!gone) {
      env.api().delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), inbox.uid());
    }
  }

  private void stopContainers(Pod pod) throws InterruptedException, RuntimeFault {
    List<ContainerSummary> running =
        containers.all().stream().filter(ContainerSummary::running).toList();
    if (!running.isEmpty()) {
      String container = pod.getSpec().getContainers(0).getName();
      env.api().event(pod, false, "Killing", "Stopping container " + container);
    }
    for (ContainerSummary container : running) {
      Optional<ContainerView> ended = stops.stop(container.ref());
      if (ended.isPresent()) {
        noteEnd(ended.get());
      }
    }
  }

  private void noteEnd(ContainerView view) throws InterruptedException {
    if (view.state() == State.ENDED) {
      String words = lastWords.of(view);
      report.container().ended(report.container().terminated(view, words), view.ref().attempt());
    }
  }
}
