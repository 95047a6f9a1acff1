package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.RuntimeFault;
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

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final PodContainers containers;
  private final RunSteps runs;
  private final RestartSteps restarts;
  private final EndSteps ends;
  private final EngineTrouble trouble;
  private final Runnable finished;
  private final boolean known;

  PodWorker(PodEnvironment env, PodInbox inbox, EngineOutages outages, Runnable finished) {
    this.env = env;
    this.inbox = inbox;
    this.finished = finished;
    this.known = inbox.pod().getStatus().hasStartTime();
    this.report = new PodReport(env, inbox);
    this.containers = new PodContainers(env, inbox, report);
    StopSteps stops = new StopSteps(env, inbox);
    this.trouble = new EngineTrouble(env, inbox, report);
    this.runs = new RunSteps(env, inbox, report, containers, stops, outages, known);
    this.restarts = new RestartSteps(env, inbox, report);
    this.ends = new EndSteps(env, inbox, report, containers, stops);
  }

  @Override
  public void run() {
    Streak refused = new Streak(Retries.SHORT, env.seam().clock());
    try {
      while (true) {
        try {
          begin();
          return;
        } catch (RuntimeFault e) {
          trouble.take(e);
        } catch (ApiFault e) {
          env.api().event(inbox.pod(), true, "FailedSync", "API server: " + e.words());
          env.seam().clock().sleep(refused.next());
        } catch (RuntimeException e) {
          log.error("pod {}: defect", inbox.name(), e);
          trouble.take(new RuntimeFault(RuntimeFault.Kind.FAILED, "defect: " + e, e));
        }
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops. The containers run on; the next kubelet finds them.
    }
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
        if (!inbox.isGone() || ends.confirmGone()) {
          ends.end();
          finished.run();
          return;
        }
        inbox.notGone();
      }
    }
  }

  /** Until the pod has succeeded or failed. */
  private void live() throws InterruptedException, RuntimeFault, ApiFault, Going {
    Optional<ContainerView> latest = containers.adopt();
    if (!admitted(latest)) {
      return;
    }
    latest = containers.settleAddress(latest);
    @Nullable ContainerView view = latest.orElse(null);
    @Nullable Ended before =
        view == null ? Ended.lost(report.container().status()).orElse(null) : null;
    while (true) {
      if (before == null) {
        before = runs.attempt(view);
      }
      report.container().ended(before.how(), before.attempt());
      if (restarts.finish(before)) {
        return;
      }
      report.publish();
      restarts.backOff(before);
      runs.next(before.attempt() + 1, before.nextStep());
      env.metrics().restarted();
      containers.removeOlderThan(before.attempt());
      before = null;
      view = null;
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
}
