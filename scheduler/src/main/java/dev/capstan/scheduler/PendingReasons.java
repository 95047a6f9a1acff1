package dev.capstan.scheduler;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Backoff;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.scheduler.core.Decision.Unschedulable;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into unplaced pods why they are unplaced, on a thread of its own so that decisions never
 * wait for it. Nobody else writes the status of such a pod; one that changed meanwhile is left
 * alone, since it will be decided about again.
 */
final class PendingReasons {

  private static final Logger log = LoggerFactory.getLogger(PendingReasons.class);
  private static final String REASON = "Unschedulable";

  private final Api api;
  private final InformerSet informers;
  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();

  /** By uid, the newest only: no more than there are pending pods. */
  private final Map<String, Unschedulable> unwritten = new LinkedHashMap<>();

  PendingReasons(Api api, InformerSet informers, Seam seam) {
    this.api = api;
    this.informers = informers;
    this.seam = seam;
  }

  /** Starts writing; interrupt the thread to end it. */
  Thread start() {
    return seam.threads().start("pending-reasons", this::run);
  }

  /** Takes note; does not block. */
  void add(List<Unschedulable> decisions) {
    lock.lock();
    try {
      decisions.forEach(decision -> unwritten.put(decision.pod().uid(), decision));
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (int failures = 0; ; ) {
        List<Unschedulable> failed = write(takeAll());
        failures = failed.isEmpty() ? 0 : failures + 1;
        putBack(failed);
        if (failures > 0) {
          seam.clock().sleep(Backoff.RECONNECT.delay(failures - 1, seam.random()));
        }
      }
    } catch (InterruptedException e) {
      log.debug("The term is over");
    }
  }

  private List<Unschedulable> takeAll() throws InterruptedException {
    lock.lock();
    try {
      while (unwritten.isEmpty()) {
        filled.await();
      }
      List<Unschedulable> all = List.copyOf(unwritten.values());
      unwritten.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private void putBack(List<Unschedulable> failed) {
    lock.lock();
    try {
      failed.forEach(decision -> unwritten.putIfAbsent(decision.pod().uid(), decision));
    } finally {
      lock.unlock();
    }
  }

  /** Returns those worth another attempt. */
  private List<Unschedulable> write(List<Unschedulable> decisions) throws InterruptedException {
    Batch batch = api.batch();
    List<Unschedulable> sent = new ArrayList<>();
    for (Unschedulable decision : decisions) {
      Optional<Pod> pod = outdated(decision);
      if (pod.isPresent()) {
        batch.updateStatus(ObjectType.POD, explained(pod.get(), decision));
        sent.add(decision);
      }
    }
    List<Batch.Result> results = batch.send();
    List<Unschedulable> failed = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      if (results.get(i).error().filter(PendingReasons::worthAnotherAttempt).isPresent()) {
        failed.add(sent.get(i));
      }
    }
    return failed;
  }

  private static boolean worthAnotherAttempt(ApiException error) {
    return error instanceof ApiException.Unavailable
        || error instanceof ApiException.UnknownOutcome
        || error instanceof ApiException.Exhausted;
  }

  /** The pod, if it is still unbound and says something else. */
  private Optional<Pod> outdated(Unschedulable decision) {
    return informers
        .snapshot()
        .find(ObjectType.POD, decision.pod().namespace(), decision.pod().name())
        .filter(pod -> pod.getMetadata().getUid().equals(decision.pod().uid()))
        .filter(pod -> pod.getSpec().getNodeName().isEmpty())
        .filter(pod -> !saysSo(pod, decision.message()));
  }

  private static boolean saysSo(Pod pod, String message) {
    return Conditions.find(pod.getStatus().getConditionsList(), WellKnown.CONDITION_POD_SCHEDULED)
        .map(condition -> condition.getMessage())
        .filter(message::equals)
        .isPresent();
  }

  private Pod explained(Pod pod, Unschedulable decision) {
    List<dev.capstan.api.v1.Condition> conditions =
        Conditions.with(
            pod.getStatus().getConditionsList(),
            WellKnown.CONDITION_POD_SCHEDULED,
            WellKnown.FALSE,
            REASON,
            decision.message(),
            ApiTimes.seconds(seam.clock().now()));
    Pod.Builder builder = pod.toBuilder();
    builder.getStatusBuilder().clearConditions().addAllConditions(conditions);
    return builder.build();
  }
}
