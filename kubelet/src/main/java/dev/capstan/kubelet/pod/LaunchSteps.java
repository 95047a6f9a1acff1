package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.pod.Environment.Missing;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.time.Duration;
import java.util.Optional;

/** From nothing to a started container: image, configuration, create, start. */
final class LaunchSteps {

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final ImageSteps images;
  private final Streak waiting;
  private final Streak failing;
  private int attempt;
  private int step;

  LaunchSteps(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.images = new ImageSteps(env, inbox, report);
    this.waiting = new Streak(Retries.WAITING, env.seam().clock());
    this.failing = new Streak(Retries.LONG, env.seam().clock());
  }

  /** Which attempt the next launch is, and at which back-off step. */
  void next(int nextAttempt, int nextStep) {
    attempt = nextAttempt;
    step = nextStep;
  }

  /**
   * Makes and starts the container of the current attempt. Returns it started, or ended if it
   * cannot be.
   */
  ContainerView current() throws InterruptedException, RuntimeFault, ApiFault, Going {
    if (report.container().isWaiting()) {
      report.publish();
    }
    while (true) {
      inbox.check();
      try {
        images.ensure();
        ContainerView made = create();
        Optional<ContainerView> begun =
            made.state() == ContainerView.State.CREATED ? start(made) : Optional.of(made);
        if (begun.isPresent()) {
          return begun.get();
        }
      } catch (Missing e) {
        String words = String.valueOf(e.getMessage());
        show("CreateContainerConfigError", words, waiting.next());
      } catch (RuntimeFault e) {
        if (e.kind() == Kind.UNAVAILABLE) {
          throw e;
        }
        refused(e);
      }
    }
  }

  /** What was removed meanwhile is made anew at once, the first time. */
  private void refused(RuntimeFault fault) throws InterruptedException, Going {
    boolean removed = fault.kind() == Kind.GONE || fault.kind() == Kind.NO_IMAGE;
    Duration pause = failing.next();
    if (removed && failing.failures() == 1) {
      inbox.pause(Retries.SHORT.first());
    } else {
      show("CreateContainerError", fault.words(), pause);
    }
  }

  /** Starts a container that an earlier kubelet made, or the one that its pod wants by now. */
  ContainerView goOn(ContainerView made)
      throws InterruptedException, RuntimeFault, ApiFault, Going {
    Optional<ContainerView> begun = start(made);
    return begun.isPresent() ? begun.get() : current();
  }

  private ContainerView create()
      throws InterruptedException, RuntimeFault, ApiFault, Missing, Going {
    Pod pod = inbox.pod();
    ContainerRef ref = ContainerSpecs.ref(pod, attempt);
    ContainerSpec spec = ContainerSpecs.of(env.api(), pod, ref, step, report.podIp(), env.hostIp());
    ContainerView made = env.runtime().create(spec);
    boolean outdated =
        !made.specDigest().equals(spec.specDigest()) || !made.address().equals(spec.address());
    if (outdated && made.state() == ContainerView.State.CREATED) {
      // Left by an earlier try, before the pod or its address was changed; it never ran.
      env.runtime().remove(ref);
      made = env.runtime().create(spec);
    }
    env.api().event(pod, false, "Created", "Created container " + ref.container());
    return made;
  }

  /**
   * Starts a created container, however often it takes; empty if the pod wants another one
   * meanwhile.
   */
  private Optional<ContainerView> start(ContainerView made)
      throws InterruptedException, RuntimeFault, Going {
    ContainerRef ref = made.ref();
    while (true) {
      try {
        env.runtime().start(ref);
        env.api().event(inbox.pod(), false, "Started", "Started container " + ref.container());
        failing.end();
        break;
      } catch (RuntimeFault e) {
        switch (e.kind()) {
          case UNAVAILABLE, GONE -> throw e;
          case CANNOT_START -> {
            env.api().event(inbox.pod(), true, "Failed", "Error: " + e.words());
            return Optional.of(ended(made, e.words()));
          }
          case PORT_IN_USE -> {
            String what = "a host port is taken on node " + env.nodeName() + ": " + e.words();
            show("RunContainerError", what, waiting.next());
          }
          case FAILED, CONFLICT, NO_IMAGE, PULL_FAILED, INVALID ->
              show("RunContainerError", e.words(), failing.next());
        }
      }
      if (!ContainerSpecs.isMadeFrom(inbox.pod(), made)) {
        return Optional.empty();
      }
    }
    return Optional.of(env.runtime().inspect(ref).orElse(made));
  }

  /**
   * A command that cannot be run counts as a run that ended; shells and engines say 127 or 126. One
   * that runs all the same does not.
   */
  private ContainerView ended(ContainerView made, String words)
      throws RuntimeFault, InterruptedException {
    Optional<ContainerView> now = env.runtime().inspect(made.ref());
    if (now.isPresent() && now.get().state() == ContainerView.State.RUNNING) {
      return now.get();
    }
    int code = now.map(ContainerView::exitCode).filter(c -> c != 0).orElse(128);
    return new ContainerView(
        made.id(),
        made.ref(),
        ContainerView.State.ENDED,
        made.specDigest(),
        made.restartStep(),
        made.address(),
        made.image(),
        made.imageId(),
        null,
        env.seam().clock().now(),
        code,
        false,
        words);
  }

  private void show(String reason, String message, Duration pause)
      throws InterruptedException, Going {
    env.api().event(inbox.pod(), true, "Failed", "Error: " + message);
    report.container().waiting(reason, message);
    report.publish();
    inbox.pauseRetry(pause);
  }
}
