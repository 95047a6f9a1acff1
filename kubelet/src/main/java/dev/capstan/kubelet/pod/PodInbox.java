package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the rest of the kubelet tells a pod's thread. Nothing queues up: each kind of news is kept
 * in its latest form.
 */
final class PodInbox {

  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Pod pod;
  private boolean podChanged;
  private boolean gone;
  private boolean poked;
  private boolean retry;
  private @Nullable Boolean ready;
  private @Nullable String unhealthy;

  /**
   * What woke the thread.
   *
   * @param poked something happened to a container of the pod: look at it
   * @param podChanged the pod has been changed
   * @param ready what the readiness probe says now; null if nothing new
   * @param unhealthy why the liveness probe gave up; null if it did not
   */
  record News(
      boolean poked, boolean podChanged, @Nullable Boolean ready, @Nullable String unhealthy) {}

  PodInbox(Pod pod, Seam seam) {
    this.pod = pod;
    this.seam = seam;
  }

  Pod pod() {
    lock.lock();
    try {
      return pod;
    } finally {
      lock.unlock();
    }
  }

  /** Uid of the pod. */
  String uid() {
    return pod().getMetadata().getUid();
  }

  /** Namespace and name of the pod, for people. */
  String name() {
    Pod now = pod();
    return now.getMetadata().getNamespace() + "/" + now.getMetadata().getName();
  }

  /** The pod as last seen in the API. */
  void offer(Pod latest) {
    tell(() -> {
      retry |= isWish(latest);
      pod = latest;
      podChanged = true;
      gone = false;
    });
  }

  /** Whether somebody wants something else of the pod than before: what failed is tried again. */
  private boolean isWish(Pod latest) {
    ObjectMeta before = pod.getMetadata();
    ObjectMeta now = latest.getMetadata();
    return before.getGeneration() != now.getGeneration()
        || before.hasDeletionTimestamp() != now.hasDeletionTimestamp()
        || before.getDeletionGracePeriodSeconds() != now.getDeletionGracePeriodSeconds();
  }

  /** The pod is no longer in the API, as far as the cache knows. */
  void gone() {
    tell(() -> {
      retry |= !gone;
      gone = true;
    });
  }

  /** True if the pod is to go: its deletion was asked for, or it is gone. */
  boolean isGoing() {
    lock.lock();
    try {
      return going();
    } finally {
      lock.unlock();
    }
  }

  boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  /** The cache was wrong: the pod is there. */
  void notGone() {
    tell(() -> gone = false);
  }

  /** The engine is back: what failed meanwhile is tried again, and containers are looked at. */
  void engineBack() {
    tell(() -> {
      poked = true;
      retry = true;
    });
  }

  /** Something happened to a container of the pod. */
  void poke() {
    tell(() -> poked = true);
  }

  void readiness(boolean value) {
    tell(() -> ready = value);
  }

  void unhealthy(String message) {
    tell(() -> unhealthy = message);
  }

  /** Forgets what the probes of an earlier container said. */
  void forgetProbes() {
    tell(() -> {
      ready = null;
      unhealthy = null;
    });
  }

  private void tell(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean going() {
    return gone || pod.getMetadata().hasDeletionTimestamp();
  }

  /** Waits for news. */
  News await() throws InterruptedException, Going {
    lock.lockInterruptibly();
    try {
      while (!going() && !poked && !podChanged && ready == null && unhealthy == null) {
        changed.await();
      }
      if (going()) {
        throw new Going();
      }
      News news = new News(poked, podChanged, ready, unhealthy);
      poked = false;
      podChanged = false;
      ready = null;
      unhealthy = null;
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** Lets time pass. */
  void pause(Duration duration) throws InterruptedException, Going {
    long deadline = seam.clock().deadline(duration);
    lock.lockInterruptibly();
    try {
      while (!going() && seam.clock().awaitUntil(lock, changed, deadline)) {
        continue;
      }
      if (going()) {
        throw new Going();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Leaves what it was doing if the pod is to go. */
  void check() throws Going {
    lock.lock();
    try {
      if (going()) {
        throw new Going();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the pod is to go. */
  void awaitGoing() throws InterruptedException, Going {
    lock.lockInterruptibly();
    try {
      while (!going()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
    throw new Going();
  }

  /** Waits before a failed call is made again, until the engine is back or the pod is to change. */
  void awaitRetry(Duration limit) throws InterruptedException {
    long deadline = seam.clock().deadline(limit);
    lock.lockInterruptibly();
    try {
      while (!retry && seam.clock().awaitUntil(lock, changed, deadline)) {
        continue;
      }
      retry = false;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #awaitRetry}, for a pod whose end does not wait. */
  void pauseRetry(Duration limit) throws InterruptedException, Going {
    check();
    awaitRetry(limit);
    check();
  }

  /** Waits for a poke or a change of the pod, at most this long; for a pod that may be going. */
  void awaitPoke(Duration limit) throws InterruptedException {
    long deadline = seam.clock().deadline(limit);
    lock.lockInterruptibly();
    try {
      while (!poked && !podChanged && seam.clock().awaitUntil(lock, changed, deadline)) {
        continue;
      }
      poked = false;
      podChanged = false;
    } finally {
      lock.unlock();
    }
  }
}
