package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.pod.Environment.Missing;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.Optional;

/** From nothing to a started container: image, configuration, create, start. */
final class LaunchSteps {

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final ImageSteps images;
  private int attempt;
  private int step;

  LaunchSteps(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.images = new ImageSteps(env, inbox, report);
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
    for (int failures = 1; ; failures++) {
      inbox.check();
      try {
        if (report.container().isWaiting() && failures == 1) {
          report.publish();
        }
        images.ensure();
        ContainerView made = create();
        if (made.state() != ContainerView.State.CREATED) {
          return made;
        }
        return start(made);
      } catch (Missing e) {
        show("CreateContainerConfigError", "Failed", String.valueOf(e.getMessage()), failures);
      } catch (RuntimeFault e) {
        switch (e.kind()) {
          case UNAVAILABLE, CANNOT_START, PORT_IN_USE, PULL_FAILED -> throw e;
          case NO_IMAGE, GONE -> inbox.pause(Retries.SHORT.pause(failures));
          case INVALID, CONFLICT -> show("CreateContainerError", "Failed", e.words(), failures);
        }
      }
    }
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

  /** Starts a created container, waiting for its host ports if they are taken. */
  ContainerView start(ContainerView made) throws InterruptedException, RuntimeFault, Going {
    ContainerRef ref = made.ref();
    for (int failures = 1; ; failures++) {
      try {
        env.runtime().start(ref);
        env.api().event(inbox.pod(), false, "Started", "Started container " + ref.container());
        break;
      } catch (RuntimeFault e) {
        if (e.kind() == RuntimeFault.Kind.CANNOT_START) {
          env.api().event(inbox.pod(), true, "Failed", "Error: " + e.words());
          return ended(made, e.words());
        }
        if (e.kind() != RuntimeFault.Kind.PORT_IN_USE) {
          throw e;
        }
        String message = "a host port is taken on node " + env.nodeName() + ": " + e.words();
        show("RunContainerError", "Failed", message, failures);
      }
    }
    return env.runtime().inspect(ref).orElse(made);
  }

  /** A command that cannot be run counts as a run that ended; shells and engines say 127 or 126. */
  private ContainerView ended(ContainerView made, String words)
      throws RuntimeFault, InterruptedException {
    Optional<ContainerView> now = env.runtime().inspect(made.ref());
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

  private void show(String reason, String eventReason, String message, int failures)
      throws InterruptedException, Going {
    env.api().event(inbox.pod(), true, eventReason, "Error: " + message);
    report.container().waiting(reason, message);
    report.publish();
    inbox.pause(Retries.WAITING.pause(failures));
  }
}
