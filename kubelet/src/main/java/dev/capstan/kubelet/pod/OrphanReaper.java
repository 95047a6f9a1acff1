package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.Signal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes containers of this node whose pod is gone: its uid is nowhere in the cluster. A pod that
 * is bound to another node has not gone; that this node has its container is then somebody's
 * mistake about names, which killing does not mend.
 *
 * <p>Only what the API says is gone, by a consistent read, and only while it speaks for the cluster
 * whose containers they are: a cache, an empty server or another cluster's proves nothing.
 */
final class OrphanReaper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OrphanReaper.class);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final PodEnvironment env;
  private final Predicate<String> hasPod;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> atWork = new LinkedHashSet<>();
  private final Set<Thread> threads = new LinkedHashSet<>();
  private volatile String strangeCluster = "none yet";

  /**
   * A reaper.
   *
   * @param hasPod whether a pod of that uid has a thread, which then sees to its containers
   */
  OrphanReaper(PodEnvironment env, Predicate<String> hasPod) {
    this.env = env;
    this.hasPod = hasPod;
  }

  /** Looks for orphans in a list of this node's containers; removes them in the background. */
  void look(List<ContainerSummary> containers) throws InterruptedException {
    for (ContainerSummary container : containers) {
      ContainerRef ref = container.ref();
      if (!container.renamed() && !hasPod.test(ref.podUid()) && isOrphan(ref)) {
        reapLater(ref);
      }
    }
  }

  private boolean isOrphan(ContainerRef ref) throws InterruptedException {
    try {
      String cluster = env.api().clusterId();
      if (cluster.isEmpty() || !cluster.equals(env.clusterId())) {
        if (!cluster.equals(strangeCluster)) {
          log.error("the API server speaks for cluster \"{}\"; nothing is removed", cluster);
          strangeCluster = cluster;
        }
        return false;
      }
      Optional<Pod> pod = env.api().find(ref.namespace(), ref.pod());
      return pod.isEmpty() || !pod.get().getMetadata().getUid().equals(ref.podUid());
    } catch (ApiFault e) {
      return false; // Not known: then it stays.
    }
  }

  private void reapLater(ContainerRef ref) {
    lock.lock();
    try {
      if (atWork.add(ref.name())) {
        log.info("removing {}: its pod is gone", ref.name());
        threads.add(env.seam().threads().start("orphan-" + ref.pod(), () -> reap(ref)));
      }
    } finally {
      lock.unlock();
    }
  }

  private void reap(ContainerRef ref) {
    try {
      end(ref);
    } catch (RuntimeFault e) {
      log.warn("orphan {}: {}", ref.name(), e.words()); // Found again at the next look.
    } catch (InterruptedException e) {
      return; // The kubelet stops; the next one finds it.
    } finally {
      lock.lock();
      try {
        atWork.remove(ref.name());
        threads.remove(Thread.currentThread());
      } finally {
        lock.unlock();
      }
    }
  }

  private void end(ContainerRef ref) throws RuntimeFault, InterruptedException {
    long deadline = env.seam().clock().deadline(GRACE);
    env.runtime().signal(ref, Signal.TERM);
    while (runs(ref) && env.seam().clock().nanoTime() - deadline < 0) {
      env.seam().clock().sleep(LOOK_AGAIN);
    }
    env.runtime().remove(ref);
    env.addresses().release(ref.podUid());
  }

  private boolean runs(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return env.runtime()
        .inspect(ref)
        .filter(view -> view.state() == ContainerView.State.RUNNING)
        .isPresent();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      threads.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }
}
