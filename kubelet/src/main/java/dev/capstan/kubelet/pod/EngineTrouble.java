package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pod's thread does about a failure of the engine for which nothing better is known: it says
 * so and waits. Nothing that the failing calls bring about themselves, an event of the engine or a
 * change of the status, shortens the wait.
 */
final class EngineTrouble {

  private static final Logger log = LoggerFactory.getLogger(EngineTrouble.class);

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final Streak unreachable;
  private final Streak failing;
  private final Streak ending;

  EngineTrouble(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.unreachable = new Streak(Retries.SHORT, env.seam().clock());
    this.failing = new Streak(Retries.LONG, env.seam().clock());
    this.ending = new Streak(Retries.ENDING, env.seam().clock());
  }

  /** Tells what went wrong and returns when it may be tried again. */
  void take(RuntimeFault fault) throws InterruptedException {
    boolean going = inbox.isGoing();
    boolean away = fault.kind() == Kind.UNAVAILABLE;
    Streak streak = going ? ending : away ? unreachable : failing;
    Duration pause = streak.next();
    log.warn("pod {}: {}", inbox.name(), fault.words());
    // The node itself says that its engine is away; the pod says it once.
    if (!away || streak.failures() == 1) {
      event(going, fault.words());
    }
    if (!going && report.container().isWaiting()) {
      String reason = away ? "ContainerCreating" : "CreateContainerError";
      report.container().waiting(reason, "container engine: " + fault.words());
      report.publish();
    }
    inbox.awaitRetry(pause);
  }

  private void event(boolean going, String words) {
    if (going) {
      env.api().event(inbox.pod(), true, "FailedKillPod", "error killing pod: " + words);
    } else {
      env.api().event(inbox.pod(), true, "Failed", "Error: container engine: " + words);
    }
  }
}
