package dev.capstan.kubelet.pod;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one pod, in straight lines on a thread of its own.
 *
 * <p>It begins, and after a failure of the engine begins again, with what the engine says is there;
 * nothing that matters is remembered elsewhere. It is left only by {@link Going}, for the end of
 * the pod, or by an interrupt, when the kubelet stops and the containers go on.
 */
final class PodWorker implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration FROZEN = Duration.ofSeconds(10);

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final StopSteps stops;
  private final LaunchSteps launches;
  private final Runnable finished;
  private final long seenAt;
  private final boolean known;
  private boolean started;

  PodWorker(PodEnvironment env, PodInbox inbox, Runnable finished) {
    this.env = env;
    this.inbox = inbox;
    this.report = new PodReport(env, inbox);
    this.stops = new StopSteps(env, inbox);
    this.launches = new LaunchSteps(env, inbox, report);
    this.finished = finished;
    this.seenAt = env.seam().clock().nanoTime();
    this.known = inbox.pod().getStatus().hasStartTime();
    this.started = known;
  }

  @Override
  public void run() {
    try {
      for (int failures = 0; ; ) {
        try {
          begin();
          return;
        } catch (RuntimeFault e) {
          failures++;
          log.warn("pod {}: {}", name(), e.words());
          if (report.container().isWaiting()) {
            report.container().waiting("ContainerCreating", "container engine: " + e.words());
            report.publish();
          }
          inbox.awaitPoke(Retries.SHORT.pause(failures));
        } catch (ApiFault e) {
          failures++;
          env.seam().clock().sleep(Retries.SHORT.pause(failures));
        }
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops. The containers run on; the next kubelet finds them.
    }
  }

  private String name() {
    Pod pod = inbox.pod();
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  /** From whatever is there to the end of the pod. */
  private void begin() throws InterruptedException, RuntimeFault, ApiFault {
    while (true) {
      try {
        inbox.check();
        if (!report.isFinal()) {
          live();
        }
        inbox.awaitGoing();
      } catch (Going e) {
        if (!inbox.isGone() || confirmGone()) {
          end();
          finished.run();
          return;
        }
        inbox.notGone();
      }
    }
  }

  /** Until the pod has succeeded or failed. */
  private void live() throws InterruptedException, RuntimeFault, ApiFault, Going {
    Optional<ContainerView> latest = adopt();
    if (!admitted(latest)) {
      return;
    }
    latest = settleAddress(latest);
    @Nullable Ended before = latest.isEmpty() ? lost() : null;
    @Nullable ContainerView view = latest.orElse(null);
    while (true) {
      if (before == null) {
        before = attempt(view);
      }
      report.container().ended(before.how(), before.attempt());
      if (finish(before)) {
        return;
      }
      report.publish();
      backOff(before);
      launches.next(before.attempt() + 1, before.nextStep());
      env.metrics().restarted();
      removeOlderThan(before.attempt());
      before = null;
      view = null;
    }
  }

  /**
   * Gives the pod its address. A container that was made with another one (its creation was still
   * under way when this kubelet looked what is there) has never run, and makes way.
   */
  private Optional<ContainerView> settleAddress(Optional<ContainerView> found)
      throws RuntimeFault, InterruptedException {
    String preferred = found.map(ContainerView::address).orElse(report.podIp());
    String address =
        env.addresses()
            .assign(uid(), preferred)
            .orElseThrow(() ->
                new RuntimeFault(
                    RuntimeFault.Kind.UNAVAILABLE, "the node's addresses are used up"));
    report.podIp(address);
    Optional<ContainerView> latest = found;
    while (latest.isPresent()
        && latest.get().state() == State.CREATED
        && !latest.get().address().equals(address)) {
      env.runtime().remove(latest.get().ref());
      latest = adopt();
    }
    return latest;
  }

  /**
   * An attempt that is over.
   *
   * @param how it ended
   * @param attempt its number
   * @param nextStep back-off step of the next
   * @param onPurpose it was ended to be made anew
   */
  private record Ended(
      ContainerStateTerminated how, int attempt, int nextStep, boolean onPurpose) {}

  /**
   * Looks what containers the pod has and gives renamed ones their names back. Returns the latest.
   */
  private Optional<ContainerView> adopt() throws RuntimeFault, InterruptedException {
    List<ContainerSummary> all = env.runtime().list();
    env.addresses().recover(all);
    List<ContainerSummary> mine = all.stream().filter(c -> c.ref().podUid().equals(uid())).toList();
    for (ContainerSummary container : mine) {
      if (container.renamed() && report.container().containerId().endsWith("//" + container.id())) {
        env.runtime().restoreName(container.id(), container.ref());
      }
    }
    Optional<ContainerRef> latest =
        mine.stream()
            .map(ContainerSummary::ref)
            .max(Comparator.comparingInt(ContainerRef::attempt));
    if (latest.isEmpty()) {
      return Optional.empty();
    }
    removeOlderThan(latest.get().attempt() - 1);
    return env.runtime().inspect(latest.get());
  }

  private List<ContainerSummary> mine() throws RuntimeFault, InterruptedException {
    String uid = uid();
    return env.runtime().list().stream().filter(c -> c.ref().podUid().equals(uid)).toList();
  }

  private String uid() {
    return inbox.pod().getMetadata().getUid();
  }

  /** The last two containers are kept, the older of them for {@code logs --previous}. */
  private void removeOlderThan(int attempt) throws RuntimeFault, InterruptedException {
    for (ContainerSummary container : mine()) {
      if (container.ref().attempt() < attempt && !container.renamed()) {
        env.runtime().remove(container.ref());
      }
    }
  }

  private boolean admitted(Optional<ContainerView> latest) {
    Optional<Admission.Refusal> refusal =
        Names.refuse(inbox.pod())
            .or(() -> env.admission().admit(inbox.pod(), known || latest.isPresent()));
    refusal.ifPresent(why -> {
      env.api().event(inbox.pod(), true, why.reason(), why.message());
      report.finish(PodStatuses.FAILED, why.reason(), why.message());
    });
    return refusal.isEmpty();
  }

  /**
   * The container that an earlier kubelet reported and nobody can find; null if there never was
   * one.
   */
  private @Nullable Ended lost() {
    var status = report.container().status();
    if (status.getContainerId().isEmpty()) {
      return null;
    }
    ContainerStateTerminated how =
        status.getState().hasTerminated()
            ? status.getState().getTerminated()
            : status.getState().hasWaiting() && status.getLastState().hasTerminated()
                ? status.getLastState().getTerminated()
                : vanished(status.getContainerId());
    return new Ended(how, status.getRestartCount(), 1, false);
  }

  private static ContainerStateTerminated vanished(String containerId) {
    return ContainerStateTerminated.newBuilder()
        .setExitCode(137)
        .setReason("ContainerStatusUnknown")
        .setMessage("The container could not be located when the pod's status was looked up")
        .setContainerId(containerId)
        .build();
  }

  /** Runs one attempt to its end, from wherever it is. */
  private Ended attempt(@Nullable ContainerView found)
      throws InterruptedException, RuntimeFault, ApiFault, Going {
    ContainerView view = found == null ? launches.current() : found;
    if (view.state() == State.CREATED) {
      view = launches.start(view);
    }
    boolean onPurpose = false;
    if (view.state() == State.RUNNING) {
      Watched watched = watch(view);
      onPurpose = watched.onPurpose();
      if (watched.ended() == null) {
        // Removed behind our back.
        return new Ended(vanished(report.container().id(view)), view.ref().attempt(), 1, onPurpose);
      }
      view = watched.ended();
    }
    int next =
        onPurpose
            ? 1
            : RestartBackoff.next(view.restartStep(), view.startedAt(), view.finishedAt());
    return new Ended(report.container().terminated(view), view.ref().attempt(), next, onPurpose);
  }

  private record Watched(@Nullable ContainerView ended, boolean onPurpose) {}

  /** Stays with a running container until it has ended. */
  private Watched watch(ContainerView view) throws InterruptedException, RuntimeFault, Going {
    boolean probed = inbox.pod().getSpec().getContainers(0).hasReadinessProbe();
    boolean wasReady =
        report.container().isReady() && report.container().containerId().endsWith("//" + view.id());
    report.container().running(view, !probed || wasReady);
    report.publish();
    if (!started && view.ref().attempt() == 0) {
      started = true;
      env.metrics().podStarted(Duration.ofNanos(env.seam().clock().nanoTime() - seenAt));
    }
    try (Probes probes =
        Probes.start(inbox, env.prober(), env.api(), env.seam(), view, report.podIp())) {
      return watchProbed(view);
    }
  }

  private Watched watchProbed(ContainerView view) throws InterruptedException, RuntimeFault, Going {
    while (true) {
      Optional<ContainerView> now = look(view);
      if (now.isEmpty() || now.get().state() != State.RUNNING) {
        return new Watched(now.orElse(null), false);
      }
      if (!ContainerSpecs.digest(inbox.pod()).equals(view.specDigest())) {
        report.container().wants(inbox.pod().getSpec().getContainers(0).getImage());
        return new Watched(kill(view, "definition changed, will be restarted"), true);
      }
      PodInbox.News news = awaitNews(view);
      if (news.unhealthy() != null) {
        return new Watched(kill(view, "failed liveness probe, will be restarted"), false);
      }
    }
  }

  /**
   * Waits until there is reason to look at the container again; readiness is dealt with on the way.
   */
  private PodInbox.News awaitNews(ContainerView view) throws InterruptedException, Going {
    while (true) {
      PodInbox.News news = inbox.await();
      Boolean ready = news.ready();
      if (ready != null && ready != report.container().isReady()) {
        report.container().running(view, ready);
        report.publish();
      }
      if (news.poked() || news.podChanged() || news.unhealthy() != null) {
        return news;
      }
    }
  }

  /** Looks at the container; one that was renamed gets its name back first. */
  private Optional<ContainerView> look(ContainerView view)
      throws RuntimeFault, InterruptedException {
    Optional<ContainerView> now = env.runtime().inspect(view.ref());
    if (now.isPresent()) {
      return now;
    }
    for (ContainerSummary container : mine()) {
      if (container.renamed() && container.id().equals(view.id())) {
        env.runtime().restoreName(view.id(), view.ref());
        return env.runtime().inspect(view.ref());
      }
    }
    return now;
  }

  private @Nullable ContainerView kill(ContainerView view, String why)
      throws RuntimeFault, InterruptedException {
    String name = view.ref().container();
    env.api().event(inbox.pod(), false, "Killing", "Container " + name + " " + why);
    return stops.stop(view.ref()).orElse(null);
  }

  /** Ends the pod if its restart policy says so. */
  private boolean finish(Ended ended) {
    String policy = inbox.pod().getSpec().getRestartPolicy();
    boolean success = ended.how().getExitCode() == 0;
    boolean again =
        ended.onPurpose()
            || policy.isEmpty()
            || policy.equals("Always")
            || (policy.equals("OnFailure") && !success);
    if (!again) {
      report.finish(success ? PodStatuses.SUCCEEDED : PodStatuses.FAILED, "", "");
      env.admission().release(uid());
      env.addresses().release(uid());
    }
    return !again;
  }

  private void backOff(Ended ended) throws InterruptedException, Going {
    Duration delay = RestartBackoff.delay(ended.nextStep());
    Duration pause = delay;
    if (ended.how().hasFinishedAt()) {
      Instant end = ApiTimes.instant(ended.how().getFinishedAt());
      pause = pause.minus(Duration.between(end, env.seam().clock().now()));
    }
    if (!pause.isPositive()) {
      inbox.check();
      return;
    }
    Pod pod = inbox.pod();
    String container = pod.getSpec().getContainers(0).getName();
    String what =
        " restarting failed container=" + container + " pod=" + pod.getMetadata().getName();
    env.api().event(pod, true, "BackOff", "Back-off" + what);
    String message =
        "back-off "
            + print(delay)
            + what
            + "_"
            + pod.getMetadata().getNamespace()
            + "("
            + uid()
            + ")";
    report.container().waiting("CrashLoopBackOff", message);
    report.publish();
    inbox.pause(pause);
  }

  private static String print(Duration pause) {
    long seconds = pause.toSeconds();
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }

  /**
   * True if the API itself, not a cache, says that this pod is gone, and it is still our cluster's
   * API.
   */
  private boolean confirmGone() throws InterruptedException, ApiFault {
    for (boolean told = false; !env.clusterId().equals(env.api().clusterId()); told = true) {
      if (!told) {
        log.error("pod {}: the API server speaks for another cluster; it is kept", name());
      }
      env.seam().clock().sleep(FROZEN);
    }
    Pod pod = inbox.pod();
    Optional<Pod> there =
        env.api().find(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    return there.isEmpty() || !there.get().getMetadata().getUid().equals(uid());
  }

  /** Stops and removes everything of the pod, then the pod itself. */
  private void end() throws InterruptedException, RuntimeFault, ApiFault {
    Pod pod = inbox.pod();
    boolean gone = inbox.isGone();
    List<ContainerSummary> running = mine().stream().filter(ContainerSummary::running).toList();
    if (!running.isEmpty()) {
      String container = pod.getSpec().getContainers(0).getName();
      env.api().event(pod, false, "Killing", "Stopping container " + container);
    }
    for (ContainerSummary container : running) {
      stops.stop(container.ref()).ifPresent(this::noteEnd);
    }
    if (!gone) {
      report.publish();
      env.statuses().flush(uid());
    }
    for (ContainerSummary container : new ArrayList<>(mine())) {
      env.runtime().remove(container.ref());
    }
    env.addresses().release(uid());
    env.admission().release(uid());
    if (!gone) {
      env.api().delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), uid());
    }
    env.statuses().forget(uid());
  }

  private void noteEnd(ContainerView view) {
    if (view.state() == State.ENDED) {
      report.container().ended(report.container().terminated(view), view.ref().attempt());
    }
  }
}
