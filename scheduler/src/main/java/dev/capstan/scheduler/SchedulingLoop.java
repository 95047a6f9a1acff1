package dev.capstan.scheduler;

import dev.capstan.api.v1.ObjectReference;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Subscription;
import dev.capstan.client.events.EventRecorder;
import dev.capstan.scheduler.core.Decision;
import dev.capstan.scheduler.core.Decision.Bind;
import dev.capstan.scheduler.core.Decision.Unschedulable;
import dev.capstan.scheduler.core.PodRef;
import dev.capstan.scheduler.core.SchedulingCore;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of leadership: observes, decides and carries out until it is interrupted or fenced off.
 * What was assumed in one term dies with it; the next starts from what the informers show, which
 * have reached its acquisition.
 */
final class SchedulingLoop {

  private static final Logger log = LoggerFactory.getLogger(SchedulingLoop.class);

  /** Most decisions between two looks at what has changed. */
  private static final int MAX_DECISIONS = 500;

  private final Api api;
  private final InformerSet informers;
  private final EventRecorder events;
  private final Seam seam;
  private final SchedulerMetrics metrics;
  private final Inbox inbox;

  /**
   * @param api writes under the leader's fence
   * @param informers show pods and nodes, at least as new as the acquisition
   */
  SchedulingLoop(
      Api api, InformerSet informers, EventRecorder events, Seam seam, SchedulerMetrics metrics) {
    this.api = api;
    this.informers = informers;
    this.events = events;
    this.seam = seam;
    this.metrics = metrics;
    this.inbox = new Inbox(seam.clock());
  }

  /** Runs until interrupted, or returns when the leadership turns out to be lost. */
  void run() throws InterruptedException {
    SchedulingCore core = new SchedulingCore();
    Binder binder = new Binder(api, seam, new Reports());
    PendingReasons reasons = new PendingReasons(api, informers, seam);
    Thread reasonsThread = reasons.start();
    try (Subscription nodes = informers.onChange(ObjectType.NODE, inbox::node);
        Subscription pods = informers.onChange(ObjectType.POD, inbox::pod)) {
      while (inbox.drainInto(core, due(core))) {
        List<Decision> decisions = core.decide(seam.clock().nanoTime(), MAX_DECISIONS);
        metrics.observed(core.pendingCount(), core.waitingCount());
        carryOut(decisions, binder, reasons);
      }
    } finally {
      reasonsThread.interrupt();
      binder.close();
    }
  }

  private OptionalLong due(SchedulingCore core) {
    long now = seam.clock().nanoTime();
    return core.hasWork(now) ? OptionalLong.of(now) : core.nextDue();
  }

  private void carryOut(List<Decision> decisions, Binder binder, PendingReasons reasons)
      throws InterruptedException {
    List<Bind> binds = new ArrayList<>();
    List<Unschedulable> unplaced = new ArrayList<>();
    for (Decision decision : decisions) {
      switch (decision) {
        case Bind bind -> binds.add(bind);
        case Unschedulable unschedulable -> unplaced.add(unschedulable);
      }
    }
    if (!binds.isEmpty()) {
      binder.submit(binds);
    }
    if (!unplaced.isEmpty()) {
      report(unplaced);
      reasons.add(unplaced);
    }
  }

  private void report(List<Unschedulable> unplaced) {
    for (Unschedulable decision : unplaced) {
      log.debug("{} is unschedulable: {}", decision.pod(), decision.message());
      metrics.unschedulable();
      record(decision.pod(), "Warning", "FailedScheduling", decision.message());
    }
  }

  private void record(PodRef pod, String type, String reason, String message) {
    ObjectReference reference =
        ObjectReference.newBuilder()
            .setKind(ObjectType.POD.name())
            .setApiVersion(ObjectType.POD.kind().apiVersion())
            .setNamespace(pod.namespace())
            .setName(pod.name())
            .setUid(pod.uid())
            .build();
    events.record(reference, type, reason, message);
  }

  /** What the binder tells. */
  private final class Reports implements Binder.Outcomes {
    @Override
    public void bound(Bind bind) {
      metrics.bound();
      String message = "Successfully assigned " + bind.pod() + " to " + bind.node();
      record(bind.pod(), "Normal", "Scheduled", message);
    }

    @Override
    public void refused(PodRef pod, ApiException why) {
      log.debug("Binding of {} was refused: {}", pod, why.message());
      metrics.refused();
      if (!(why instanceof ApiException.NotFound || why instanceof ApiException.Conflict)) {
        record(pod, "Warning", "FailedScheduling", "binding rejected: " + why.message());
      }
      inbox.refused(pod);
    }

    @Override
    public void fenced() {
      log.warn("A newer leader has taken over; nothing more is decided here");
      inbox.close();
    }
  }
}
