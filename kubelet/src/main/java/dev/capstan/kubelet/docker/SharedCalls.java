package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Questions that many ask at the same moment, when a burst of pods begins, and that one can ask for
 * all: those who come while the same question is under way share the next one. So nobody gets an
 * answer that is older than his asking.
 */
final class SharedCalls<T> {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Round<T>> underWay = new HashMap<>();
  private final Map<String, Round<T>> next = new HashMap<>();

  /** The call itself. */
  interface Call<T> {
    T call() throws RuntimeFault, InterruptedException;
  }

  /** One call, made by one of those who share it. */
  private static final class Round<T> {
    boolean begun;
    boolean over;
    @Nullable T answer;
    @Nullable RuntimeFault fault;
  }

  /**
   * Makes the call, or waits for the one who makes it.
   *
   * @param what the same for calls that one can make for all
   */
  T call(String what, Call<T> call) throws RuntimeFault, InterruptedException {
    while (true) {
      lock.lockInterruptibly();
      try {
        Round<T> round = next.computeIfAbsent(what, key -> new Round<>());
        while (!round.over && (round.begun || underWay.containsKey(what))) {
          changed.await();
        }
        if (round.fault != null) {
          throw round.fault;
        }
        if (round.answer != null) {
          return round.answer;
        }
        if (!round.begun) {
          return make(what, round, call);
        }
      } finally {
        lock.unlock();
      }
      // Who made it was interrupted: once more, with the others who waited for it.
    }
  }

  /** Under the lock, which is given back for the call. */
  private T make(String what, Round<T> round, Call<T> call)
      throws RuntimeFault, InterruptedException {
    round.begun = true;
    next.remove(what);
    underWay.put(what, round);
    lock.unlock();
    try {
      T answer = call.call();
      round.answer = answer;
      return answer;
    } catch (RuntimeFault e) {
      round.fault = e;
      throw e;
    } finally {
      lock.lock();
      round.over = true;
      underWay.remove(what);
      changed.signalAll();
    }
  }
}
