package dev.capstan.apiserver.handler;

import dev.capstan.api.ApiErrors;
import dev.capstan.seam.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the writes of batches that are under way. Each has its object in several forms; more of
 * them at once are not done sooner, they only live longer, and every collection of garbage copies
 * them. Other batches wait, in order of arrival.
 */
final class BatchGate {

  /** Writes at once: a dozen full commit groups, far more than the store has under way. */
  static final int CAPACITY = 2000;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  // By number, in order of arrival.
  private final Map<Long, Condition> waiting = new LinkedHashMap<>();
  private long arrived;
  private int underWay;

  BatchGate(Clock clock) {
    this.clock = clock;
  }

  /**
   * Blocks until so many writes may begin; RESOURCE_EXHAUSTED at the deadline.
   *
   * @param writes at most {@link #CAPACITY}, to be left with {@link #leave}
   */
  void enter(int writes, long deadlineNanos) throws InterruptedException {
    lock.lock();
    try {
      if (!waiting.isEmpty() || !hasRoom(writes)) {
        awaitTurn(writes, deadlineNanos);
      }
      underWay += writes;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(int writes) {
    return underWay + writes <= CAPACITY;
  }

  private void awaitTurn(int writes, long deadlineNanos) throws InterruptedException {
    long number = arrived++;
    Condition turn = lock.newCondition();
    waiting.put(number, turn);
    try {
      while (waiting.keySet().iterator().next() != number || !hasRoom(writes)) {
        if (!clock.awaitUntil(lock, turn, deadlineNanos)) {
          throw ApiErrors.exhausted(
              "TooManyWrites", "too many writes in batches at once: try again later");
        }
      }
    } finally {
      waiting.remove(number);
      wakeFirst();
    }
  }

  private void wakeFirst() {
    if (!waiting.isEmpty()) {
      waiting.values().iterator().next().signal();
    }
  }

  /** So many writes have been answered. */
  void leave(int writes) {
    lock.lock();
    try {
      underWay -= writes;
      wakeFirst();
    } finally {
      lock.unlock();
    }
  }
}
