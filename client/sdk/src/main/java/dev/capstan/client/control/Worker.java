package dev.capstan.client.control;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes keys and reconciles them, one at a time. */
record Worker<K>(
    String name,
    WorkQueue<K> queue,
    InformerSet informers,
    Api api,
    Reconciler<K> reconciler,
    Settlement<K> settlement,
    RunnerListener listener,
    AtomicLong count) {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /** Until the queue is shut down. */
  void run() throws InterruptedException {
    for (K key = queue.take(); key != null; key = queue.take()) {
      try {
        work(key);
      } finally {
        queue.done(key);
      }
    }
  }

  private void work(K key) throws InterruptedException {
    if (settlement.isUncertain(key)) {
      settlement.resolve(key); // Comes again once the caches show what became of its write.
      return;
    }
    Clock clock = api.connection().seam().clock();
    long start = clock.nanoTime();
    String id = name + "#" + count.incrementAndGet();
    Outcome outcome = ReconcileId.during(id, () -> reconcile(key));
    listener.reconciled(name, outcome, Duration.ofNanos(clock.nanoTime() - start));
  }

  private Outcome reconcile(K key) throws InterruptedException {
    WriteLog writes = new WriteLog();
    Snapshot world = informers.snapshot();
    Outcome outcome = decide(key, world, writes);
    settlement.settle(key, outcome, writes, world.version());
    return outcome;
  }

  private Outcome decide(K key, Snapshot world, WriteLog writes) throws InterruptedException {
    try {
      return reconciler.reconcile(key, world, api.tellingOf(writes));
    } catch (ApiException.Fenced e) {
      throw e;
    } catch (ApiException e) {
      return Outcome.retry(e);
    } catch (RuntimeException e) {
      log.error("{} {}: defect", name, key, e);
      return Outcome.retry(e);
    }
  }
}
