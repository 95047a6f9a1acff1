package dev.capstan.client.control;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.seam.Seam;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From an acquisition to the loss of the lease: the body on its thread, renewals on the caller's.
 */
final class Term {

  private static final Logger log = LoggerFactory.getLogger(Term.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Seam seam;
  private final Api api;
  private final LeaseClient lease;
  private final LeaderElection.Timing timing;
  private final List<InformerSet> caches;
  private final LeaderElection.Body body;
  private final Consumer<Boolean> leading;
  private boolean bodyEnded;
  private volatile boolean over;

  Term(
      Api api,
      LeaseClient lease,
      LeaderElection.Timing timing,
      List<InformerSet> caches,
      LeaderElection.Body body,
      Consumer<Boolean> leading) {
    this.api = api;
    this.seam = api.connection().seam();
    this.lease = lease;
    this.timing = timing;
    this.caches = caches;
    this.body = body;
    this.leading = leading;
  }

  /**
   * Leads until the lease is lost, the body ends or the caller is interrupted. No body outlives it.
   */
  void serve() throws InterruptedException {
    Leadership leadership = lease.leadership(this::current, api);
    Thread thread = seam.threads().start("leader", () -> lead(leadership));
    boolean held = true;
    try {
      held = renewWhileHeld();
    } finally {
      over = true;
      thread.interrupt();
      boolean interrupted = joined(thread);
      leading.accept(false);
      if (held) {
        lease.release();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean current() {
    return !over && lease.unrenewed().compareTo(timing.lease()) < 0;
  }

  private void lead(Leadership leadership) {
    try {
      for (InformerSet cache : caches) {
        cache.awaitVersion(leadership.version());
      }
      leading.accept(true);
      body.lead(leadership);
    } catch (InterruptedException e) {
      log.debug("the leader was told to stop");
    } catch (ApiException.Fenced e) {
      log.warn("no longer the leader: {}", e.message());
    } catch (RuntimeException e) {
      log.error("the leader failed", e);
    } finally {
      end();
    }
  }

  private void end() {
    lock.lock();
    try {
      bodyEnded = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Answers whether the lease is still held: the body ended by itself. */
  private boolean renewWhileHeld() throws InterruptedException {
    while (!pause()) {
      try {
        if (!lease.renew()) {
          log.warn(
              "lost the lease to {} while it was being renewed; trying to get it back",
              lease.holder());
          return false;
        }
      } catch (ApiException e) {
        log.info("cannot renew the lease: {}", e.message());
        api.connection().reconnectNow(); // gRPC's own pauses outgrow the time that is left.
      }
      if (lease.unrenewed().compareTo(timing.renewDeadline()) >= 0) {
        log.warn("could not renew the lease in time: {}", lease.describe());
        return false;
      }
    }
    return true;
  }

  /** Waits one period; true if the body has ended. */
  private boolean pause() throws InterruptedException {
    long deadline = seam.clock().deadline(timing.period());
    lock.lockInterruptibly();
    try {
      while (!bodyEnded && seam.clock().nanoTime() - deadline < 0) {
        seam.clock().awaitUntil(lock, changed, deadline);
      }
      return bodyEnded;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the thread to end, whatever comes; true if an interrupt came. */
  private static boolean joined(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
