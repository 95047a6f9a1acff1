package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.Signal;
import java.time.Duration;
import java.util.Optional;

/** Ends a container: TERM, the grace period, KILL. */
final class StopSteps {

  /** How often the engine is asked while a container ends, should its event be lost. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private static final Duration KILL_AGAIN = Duration.ofSeconds(10);

  private final PodEnvironment env;
  private final PodInbox inbox;

  StopSteps(PodEnvironment env, PodInbox inbox) {
    this.env = env;
    this.inbox = inbox;
  }

  /**
   * Returns when the container has ended.
   *
   * @return how it ended; empty if it is gone
   */
  Optional<ContainerView> stop(ContainerRef ref) throws InterruptedException, RuntimeFault {
    long begun = env.seam().clock().nanoTime();
    if (grace().isPositive()) {
      env.runtime().signal(ref, Signal.TERM);
    }
    long nextKill = begun;
    while (true) {
      Optional<ContainerView> view = env.runtime().inspect(ref);
      if (view.isEmpty() || view.get().state() != ContainerView.State.RUNNING) {
        return view;
      }
      // Read anew each time: deleting again may shorten the grace period.
      long now = env.seam().clock().nanoTime();
      long left = grace().toNanos() - (now - begun);
      if (left <= 0 && now - nextKill >= 0) {
        env.runtime().signal(ref, Signal.KILL);
        nextKill = now + KILL_AGAIN.toNanos();
      }
      Duration wait =
          left <= 0 ? LOOK_AGAIN : Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos()));
      inbox.awaitPoke(wait);
    }
  }

  private Duration grace() {
    Pod pod = inbox.pod();
    long seconds =
        pod.getSpec().hasTerminationGracePeriodSeconds()
            ? pod.getSpec().getTerminationGracePeriodSeconds()
            : 30;
    if (pod.getMetadata().hasDeletionGracePeriodSeconds()) {
      seconds = Math.min(seconds, pod.getMetadata().getDeletionGracePeriodSeconds());
    }
    return Duration.ofSeconds(seconds);
  }
}
