package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt, from wherever it is to its end: launched, watched, probed, killed if need be. */
final class RunSteps {

  /**
   * Ends by the engine that are forgiven in a row: one while it goes, one while it comes, and one
   * more. An engine that comes and goes all the time is no excuse for a container that crashes.
   */
  private static final int MOST_SPARED = 3;

  private static final Retries SPARED = new Retries(Duration.ofMinutes(1), Duration.ofMinutes(1));

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final PodContainers containers;
  private final LaunchSteps launches;
  private final StopSteps stops;
  private final EngineOutages outages;
  private final Streak spared;
  private final LastWords lastWords;
  private final long seenAt;
  private boolean started;

  /**
   * Those of one pod.
   *
   * @param known an earlier kubelet has run this pod: its start is not counted again
   */
  RunSteps(
      PodEnvironment env,
      PodInbox inbox,
      PodReport report,
      PodContainers containers,
      StopSteps stops,
      EngineOutages outages,
      boolean known) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.containers = containers;
    this.launches = new LaunchSteps(env, inbox, report);
    this.stops = stops;
    this.outages = outages;
    this.lastWords = new LastWords(env, inbox);
    this.spared = new Streak(SPARED, env.seam().clock());
    this.seenAt = env.seam().clock().nanoTime();
    this.started = known;
  }

  /** Which attempt the next launch is, and at which back-off step. */
  void next(int attempt, int step) {
    launches.next(attempt, step);
  }

  /** Runs one attempt to its end; a container that is there already is taken on. */
  Ended attempt(@Nullable ContainerView found)
      throws InterruptedException, RuntimeFault, ApiFault, Going {
    ContainerView view = found == null ? launches.current() : found;
    if (view.state() == State.CREATED) {
      view = launches.goOn(view);
    }
    boolean onPurpose = false;
    if (view.state() == State.RUNNING) {
      Watched watched = watch(view);
      onPurpose = watched.onPurpose();
      if (watched.ended() == null) {
        return Ended.vanished(report.container().id(view), view.ref().attempt(), onPurpose);
      }
      view = watched.ended();
    }
    boolean withEngine = !onPurpose && isSpared(view);
    int next =
        onPurpose
            ? 1
            : withEngine
                ? view.restartStep()
                : RestartBackoff.next(view.restartStep(), view.startedAt(), view.finishedAt());
    ContainerStateTerminated how = report.container().terminated(view, lastWords.of(view));
    return new Ended(how, view.ref().attempt(), next, onPurpose, withEngine);
  }

  private boolean isSpared(ContainerView view) {
    if (!outages.ended(view)) {
      return false;
    }
    spared.next();
    return spared.failures() <= MOST_SPARED;
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
      Optional<ContainerView> now = containers.look(view);
      if (now.isEmpty() || now.get().state() != State.RUNNING) {
        return new Watched(now.orElse(null), false);
      }
      if (!ContainerSpecs.isMadeFrom(inbox.pod(), view)) {
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

  private @Nullable ContainerView kill(ContainerView view, String why)
      throws RuntimeFault, InterruptedException {
    String name = view.ref().container();
    env.api().event(inbox.pod(), false, "Killing", "Container " + name + " " + why);
    return stops.stop(view.ref()).orElse(null);
  }
}
