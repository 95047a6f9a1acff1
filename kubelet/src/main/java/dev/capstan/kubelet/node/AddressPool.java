package dev.capstan.kubelet.node;

import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerSummary;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives pods their addresses. An address belongs to a pod from before its first container until
 * after its last, over restarts; it is handed out again as late as possible, so that late packets
 * do not reach the next pod.
 */
public final class AddressPool {

  private final AddressRange range;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> byPod = new LinkedHashMap<>();
  private final BitSet taken = new BitSet();
  private int next;
  private boolean recovered;

  public AddressPool(AddressRange range) {
    this.range = range;
  }

  /**
   * The pod's address: the one it has, else the preferred one if that is free, else the next free
   * one.
   *
   * @param preferred what an earlier kubelet gave it; empty if none did
   * @return empty if the range is used up
   */
  public Optional<String> assign(String podUid, String preferred) {
    lock.lock();
    try {
      Integer index = byPod.get(podUid);
      if (index == null) {
        index = choose(preferred);
        if (index < 0) {
          return Optional.empty();
        }
        taken.set(index);
        byPod.put(podUid, index);
      }
      return Optional.of(range.address(index));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes over what an earlier kubelet gave away, once, before anything is assigned: an address
   * that a container was made with belongs to its pod even if the API was never told of it, and
   * must not go to a pod that is looked at first.
   *
   * @param containers all of this node, in whatever state
   */
  public void recover(List<ContainerSummary> containers) {
    lock.lock();
    try {
      if (recovered) {
        return; // A later list may show what has been released since.
      }
      recovered = true;
      for (ContainerSummary container : containers) {
        int index = range.index(container.address());
        if (index >= 0 && !taken.get(index) && !byPod.containsKey(container.ref().podUid())) {
          taken.set(index);
          byPod.put(container.ref().podUid(), index);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private int choose(String preferred) {
    int wanted = range.index(preferred);
    if (wanted >= 0 && !taken.get(wanted)) {
      return wanted;
    }
    int free = taken.nextClearBit(next);
    if (free >= range.size()) {
      free = taken.nextClearBit(0);
    }
    if (free >= range.size()) {
      return -1;
    }
    next = free + 1;
    return free;
  }

  /** Takes the pod's address back. */
  public void release(String podUid) {
    lock.lock();
    try {
      Integer index = byPod.remove(podUid);
      if (index != null) {
        taken.clear(index);
      }
    } finally {
      lock.unlock();
    }
  }
}
