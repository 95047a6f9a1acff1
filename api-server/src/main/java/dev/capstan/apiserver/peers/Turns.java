package dev.capstan.apiserver.peers;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls of one connection that need a thread: so many at once, the others after them. Who calls
 * without end then waits for its own calls, and everybody else for a few of them.
 */
final class Turns {

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedSet<Runnable> waiting = new LinkedHashSet<>();
  private int running;

  Turns(int most) {
    this.most = most;
  }

  /**
   * Runs a task on a thread, now or when it is its turn.
   *
   * @param threads a new one for each task
   */
  void execute(Executor threads, Runnable task) {
    lock.lock();
    try {
      if (running == most) {
        waiting.add(task);
        return;
      }
      running++;
    } finally {
      lock.unlock();
    }
    start(threads, task);
  }

  /** Takes a task back that is still waiting. */
  void forget(Runnable task) {
    lock.lock();
    try {
      waiting.remove(task);
    } finally {
      lock.unlock();
    }
  }

  private void start(Executor threads, Runnable task) {
    threads.execute(() -> {
      try {
        task.run();
      } finally {
        next(threads);
      }
    });
  }

  private void next(Executor threads) {
    Runnable task;
    lock.lock();
    try {
      task = waiting.isEmpty() ? null : waiting.removeFirst();
      if (task == null) {
        running--;
      }
    } finally {
      lock.unlock();
    }
    if (task != null) {
      start(threads, task);
    }
  }
}
