package dev.capstan.apiserver.peers;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls of one connection that need a thread: so many at once, the others after them. Who calls
 * without end then waits for its own calls, and everybody else for a few of them.
 */
final class Turns {

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
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
      task = waiting.poll();
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
