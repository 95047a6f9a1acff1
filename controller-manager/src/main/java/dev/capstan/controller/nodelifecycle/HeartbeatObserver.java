package dev.capstan.controller.nodelifecycle;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long nodes have been silent, by this process's monotonic clock alone: nodes' clocks and the
 * times they write mean nothing here.
 *
 * <p>Silence counts only as far as this process has certainly seen everything: up to the last
 * moment for which a version read from the store then has since arrived through the watch. After a
 * gap (the server was away, the watch hung, this process stood still, or it has just started)
 * counting begins anew for every node, because nodes that could not be heard were not silent.
 * Thread-safe.
 */
public final class HeartbeatObserver {

  private final ReentrantLock lock = new ReentrantLock();
  private final long gapNanos;
  private final Map<String, Long> heard = new HashMap<>();
  private final Map<String, Long> missingSince = new HashMap<>();
  private final Map<String, Map<String, Long>> taintedSince = new HashMap<>();
  private boolean watching;
  private long watchingSince;
  private long seenUpTo;

  public HeartbeatObserver(Duration gap) {
    this.gapNanos = gap.toNanos();
  }

  /** The node's lease appeared or changed, or the node itself appeared. */
  public void heard(String node, long now) {
    locked(() -> heard.put(node, now));
  }

  /** The node is gone. */
  public void forget(String node) {
    locked(() -> {
      heard.remove(node);
      taintedSince.remove(node);
    });
  }

  /** Everything that had happened by {@code asked} has been seen; {@code asked} only grows. */
  public void seenUpTo(long asked) {
    locked(() -> {
      if (!watching || asked - seenUpTo > gapNanos) {
        watchingSince = asked;
        watching = true;
      }
      seenUpTo = asked;
    });
  }

  /** Starts over, as after a gap: nothing is known until everything has been seen again. */
  public void restart() {
    locked(() -> watching = false);
  }

  /** How long the node has certainly been silent; empty while this process cannot tell. */
  public Optional<Duration> silence(String node, long now) {
    lock.lock();
    try {
      if (!watching || now - seenUpTo > gapNanos) {
        return Optional.empty();
      }
      long since = Math.max(heard.getOrDefault(node, watchingSince), watchingSince);
      return Optional.of(Duration.ofNanos(Math.max(0, seenUpTo - since)));
    } finally {
      lock.unlock();
    }
  }

  /** How long the node has been missed; zero if it exists or nobody needs it. */
  public Duration missing(String node, boolean fine, long now) {
    lock.lock();
    try {
      if (fine) {
        missingSince.remove(node);
        return Duration.ZERO;
      }
      return Duration.ofNanos(now - missingSince.computeIfAbsent(node, any -> now));
    } finally {
      lock.unlock();
    }
  }

  /** How long each of the node's taints has been seen on it; others are forgotten. */
  public Map<String, Duration> taintAges(String node, Collection<String> taints, long now) {
    lock.lock();
    try {
      Map<String, Long> since = taintedSince.computeIfAbsent(node, any -> new HashMap<>());
      since.keySet().retainAll(new HashSet<>(taints));
      Map<String, Duration> ages = new HashMap<>();
      for (String taint : taints) {
        ages.put(taint, Duration.ofNanos(now - since.computeIfAbsent(taint, any -> now)));
      }
      return ages;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
