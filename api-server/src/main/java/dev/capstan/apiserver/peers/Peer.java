package dev.capstan.apiserver.peers;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** An address or a user, and what is left to it: longer than any of its connections. */
final class Peer {

  private static final int BURST_SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket[] pools = new TokenBucket[FrameKind.values().length];
  private final TokenBucket connects;

  /** Open connections, of these those of strangers; guarded by {@link Connections}. */
  int open;

  int strangers;

  /**
   * @param stranger whether it is an address; else a user
   */
  Peer(Limits limits, boolean stranger, long now) {
    for (FrameKind kind : FrameKind.values()) {
      double perSecond = limits.perSecond(kind, stranger);
      pools[kind.ordinal()] = new TokenBucket(BURST_SECONDS * perSecond, perSecond, now);
    }
    double perSecond = limits.of(Limit.CONNECTS);
    connects = new TokenBucket(BURST_SECONDS * perSecond, perSecond, now);
  }

  /** Takes so many frames from the pool, if it has them. */
  boolean lend(FrameKind kind, int count, long now) {
    lock.lock();
    try {
      return pools[kind.ordinal()].take(count, now);
    } finally {
      lock.unlock();
    }
  }

  /** Takes the right to one more connection. */
  boolean connect(long now) {
    lock.lock();
    try {
      return connects.take(1, now);
    } finally {
      lock.unlock();
    }
  }

  /** A connection proved to be a user's: it did not count. */
  void proved() {
    lock.lock();
    try {
      connects.give(1);
    } finally {
      lock.unlock();
    }
  }

  /** Makes new connections rarer after one that had to be cut. */
  void fine(int connections, long now) {
    lock.lock();
    try {
      connects.fine(connections, now);
    } finally {
      lock.unlock();
    }
  }

  /** Whether forgetting it changes nothing. */
  boolean idle(long now) {
    lock.lock();
    try {
      return open == 0
          && connects.full(now)
          && Arrays.stream(pools).allMatch(pool -> pool.full(now));
    } finally {
      lock.unlock();
    }
  }
}
