package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many through at once. More starts at once would not be done sooner, and each would take
 * until it seems to have failed.
 *
 * <p>Those who start go before those who create, each in the order in which they came: of a burst
 * of pods the first run soon, and not only when all are created.
 */
final class StartGate {

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Waiting> starts = new ArrayDeque<>();
  private final Deque<Waiting> creations = new ArrayDeque<>();
  private int free;

  StartGate(int atOnce) {
    this.free = atOnce;
  }

  private static final class Waiting {
    final Condition called;
    boolean hasPlace;

    Waiting(Condition called) {
      this.called = called;
    }
  }

  /** What is done behind the gate. */
  interface Work<T> {
    T run() throws RuntimeFault, InterruptedException;
  }

  /** Lets a creation through when its turn comes. */
  <T> T create(Work<T> work) throws RuntimeFault, InterruptedException {
    return pass(creations, work);
  }

  /** Lets a start through when its turn comes. */
  <T> T start(Work<T> work) throws RuntimeFault, InterruptedException {
    return pass(starts, work);
  }

  private <T> T pass(Deque<Waiting> line, Work<T> work) throws RuntimeFault, InterruptedException {
    enter(line);
    try {
      return work.run();
    } finally {
      leave();
    }
  }

  private void enter(Deque<Waiting> line) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (free > 0) { // Then nobody waits.
        free--;
        return;
      }
      Waiting me = new Waiting(lock.newCondition());
      line.add(me);
      try {
        while (!me.hasPlace) {
          me.called.await();
        }
      } catch (InterruptedException e) {
        if (me.hasPlace) {
          passOn();
        } else {
          line.remove(me);
        }
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void passOn() {
    Waiting next = starts.isEmpty() ? creations.poll() : starts.poll();
    if (next == null) {
      free++;
    } else {
      next.hasPlace = true;
      next.called.signal();
    }
  }
}
