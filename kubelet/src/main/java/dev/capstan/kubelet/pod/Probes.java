package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Probe;
import dev.capstan.kubelet.pod.Prober.Verdict;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The probes of one running container, each on a thread of its own until they are closed. What they
 * find goes to the pod's inbox.
 */
final class Probes implements AutoCloseable {

  /**
   * Until a container has been ready for the first time, network checks come at least this often at
   * first.
   */
  private static final Duration EAGER = Duration.ofMillis(200);

  private final PodInbox inbox;
  private final Prober prober;
  private final PodApi api;
  private final Seam seam;
  private final ContainerView view;
  private final Container container;
  private final String podIp;
  private final List<Thread> threads = new ArrayList<>();

  private Probes(
      PodInbox inbox, Prober prober, PodApi api, Seam seam, ContainerView view, String podIp) {
    this.inbox = inbox;
    this.prober = prober;
    this.api = api;
    this.seam = seam;
    this.view = view;
    this.container = inbox.pod().getSpec().getContainers(0);
    this.podIp = podIp;
  }

  static Probes start(
      PodInbox inbox, Prober prober, PodApi api, Seam seam, ContainerView view, String podIp) {
    inbox.forgetProbes();
    Probes probes = new Probes(inbox, prober, api, seam, view, podIp);
    if (probes.container.hasReadinessProbe()) {
      probes.startThread("readiness", probes.container.getReadinessProbe(), true);
    }
    if (probes.container.hasLivenessProbe()) {
      probes.startThread("liveness", probes.container.getLivenessProbe(), false);
    }
    return probes;
  }

  private void startThread(String name, Probe probe, boolean readiness) {
    threads.add(
        seam.threads()
            .start(
                name + "-" + view.ref().pod(),
                () -> {
                  try {
                    seam.clock().sleep(initialDelay(probe));
                    if (readiness) {
                      watchReadiness(probe);
                    } else {
                      watchLiveness(probe);
                    }
                  } catch (InterruptedException e) {
                    return; // Closed.
                  }
                }));
  }

  private Duration initialDelay(Probe probe) {
    Instant started = view.startedAt();
    Duration delay = Duration.ofSeconds(probe.getInitialDelaySeconds());
    return started == null ? delay : delay.minus(Duration.between(started, seam.clock().now()));
  }

  private void watchReadiness(Probe probe) throws InterruptedException {
    int threshold = Math.max(1, probe.getSuccessThreshold());
    int patience = failureThreshold(probe);
    Duration period = period(probe);
    Duration pause = probe.hasExec() ? period : min(EAGER, period);
    // Until then a container that was never ready is still coming up: nothing to be told.
    Duration quiet = period.multipliedBy(patience);
    int passed = 0;
    int failed = 0;
    boolean wasReady = false;
    boolean toldUnready = false;
    while (true) {
      Verdict verdict = prober.check(view.ref(), container, probe, true, podIp);
      if (passes(verdict, "Readiness")) {
        failed = 0;
        passed++;
        if (passed >= threshold && (!wasReady || toldUnready)) {
          wasReady = true;
          toldUnready = false;
          inbox.readiness(true);
        }
      } else {
        passed = 0;
      }
      if (verdict instanceof Verdict.Failed(String message)) {
        failed++;
        // The eager checks of one that is late are not told one by one either.
        if (wasReady || !quiet.isPositive()) {
          quiet = period;
          unhealthy("Readiness", message);
        }
        if (failed >= patience && !toldUnready) {
          toldUnready = true;
          inbox.readiness(false);
        }
      }
      Duration next = wasReady ? period : pause;
      seam.clock().sleep(next);
      quiet = quiet.minus(next);
      pause = min(pause.multipliedBy(3).dividedBy(2), period);
    }
  }

  private void watchLiveness(Probe probe) throws InterruptedException {
    int failed = 0;
    boolean wasAlive = false;
    while (true) {
      Verdict verdict = prober.check(view.ref(), container, probe, false, podIp);
      if (verdict instanceof Verdict.Failed(String message)) {
        failed++;
        boolean dead = failed >= failureThreshold(probe);
        if (wasAlive || dead) {
          unhealthy("Liveness", message);
        }
        if (dead) {
          inbox.unhealthy(message);
          return;
        }
      } else if (passes(verdict, "Liveness")) {
        wasAlive = true;
        failed = 0;
      }
      seam.clock().sleep(period(probe));
    }
  }

  private boolean passes(Verdict verdict, String which) {
    return switch (verdict) {
      case Verdict.Passed() -> true;
      case Verdict.PassedWithWarning(String message) -> {
        api.event(inbox.pod(), true, "ProbeWarning", which + " probe warning: " + message);
        yield true;
      }
      case Verdict.Failed failure -> false;
      case Verdict.Unknown unknown -> false;
    };
  }

  private void unhealthy(String which, String message) {
    Pod pod = inbox.pod();
    api.event(pod, true, "Unhealthy", which + " probe failed: " + message);
  }

  private static Duration period(Probe probe) {
    return Duration.ofSeconds(
        probe.hasPeriodSeconds() ? Math.max(1, probe.getPeriodSeconds()) : 10);
  }

  private static int failureThreshold(Probe probe) {
    return probe.hasFailureThreshold() ? Math.max(1, probe.getFailureThreshold()) : 3;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
