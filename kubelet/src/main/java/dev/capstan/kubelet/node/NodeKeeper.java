package dev.capstan.kubelet.node;

import dev.capstan.api.v1.Node;
import dev.capstan.seam.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Registers nodes again whose object somebody has deleted, or has made anew: the machine is there,
 * and its containers run. Their pods are still bound to the node's name.
 */
public final class NodeKeeper implements Runnable {

  private final NodeRegistration registration;
  private final Consumer<Node> registered;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, NodeProfile> lost = new LinkedHashMap<>();

  /**
   * A keeper.
   *
   * @param registered takes each Node that was registered again
   */
  public NodeKeeper(NodeRegistration registration, Consumer<Node> registered, Clock clock) {
    this.registration = registration;
    this.clock = clock;
    this.registered = registered;
  }

  /** The node's object is gone, or another one. Does not block. */
  public void lost(NodeProfile profile) {
    lock.lock();
    try {
      lost.put(profile.name(), profile);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the nodes registered until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        refused(registration.attempt(take(), registered));
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops.
    }
  }

  private List<NodeProfile> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (lost.isEmpty()) {
        changed.await();
      }
      List<NodeProfile> taken = List.copyOf(lost.values());
      lost.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** They are tried again after a while, with those that are lost meanwhile. */
  private void refused(List<NodeProfile> profiles) throws InterruptedException {
    if (!profiles.isEmpty()) {
      clock.sleep(NodeRegistration.AGAIN);
      profiles.forEach(this::lost);
    }
  }
}
