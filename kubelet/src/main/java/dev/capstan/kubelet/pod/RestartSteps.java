package dev.capstan.kubelet.pod;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.time.Instant;

/** Between two attempts: whether there is a next one, and the wait for it. */
final class RestartSteps {

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;

  RestartSteps(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
  }

  /**
   * Ends the pod if its restart policy says so.
   *
   * @return true if the pod has ended
   */
  boolean finish(Ended ended) {
    String policy = inbox.pod().getSpec().getRestartPolicy();
    boolean success = ended.how().getExitCode() == 0;
    boolean again =
        ended.onPurpose()
            || policy.isEmpty()
            || policy.equals("Always")
            || (policy.equals("OnFailure") && !success);
    if (!again) {
      report.finish(success ? PodStatuses.SUCCEEDED : PodStatuses.FAILED, "", "");
      env.admission().release(inbox.uid());
      env.addresses().release(inbox.uid());
    }
    return !again;
  }

  /** Waits until the next attempt may start; says so in the status if that is not at once. */
  void backOff(Ended ended) throws InterruptedException, Going {
    Duration delay = ended.withEngine() ? Duration.ZERO : RestartBackoff.delay(ended.nextStep());
    Duration pause = delay;
    if (ended.how().hasFinishedAt()) {
      Instant end = ApiTimes.instant(ended.how().getFinishedAt());
      pause = RestartBackoff.left(delay, end, env.seam().clock().now());
    }
    if (!pause.isPositive()) {
      inbox.check();
      return;
    }
    tell(delay);
    inbox.pause(pause);
  }

  private void tell(Duration delay) {
    Pod pod = inbox.pod();
    String container = pod.getSpec().getContainers(0).getName();
    String what =
        " restarting failed container=" + container + " pod=" + pod.getMetadata().getName();
    env.api().event(pod, true, "BackOff", "Back-off" + what);
    String id = pod.getMetadata().getNamespace() + "(" + inbox.uid() + ")";
    report.container().waiting("CrashLoopBackOff", "back-off " + print(delay) + what + "_" + id);
    report.publish();
  }

  private static String print(Duration pause) {
    long seconds = pause.toSeconds();
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }
}
