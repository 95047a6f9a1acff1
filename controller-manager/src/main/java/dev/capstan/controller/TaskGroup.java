package dev.capstan.controller;

import dev.capstan.seam.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Several endless tasks that live and end together. */
final class TaskGroup {

  /** Runs until interrupted. */
  interface Task {
    void run() throws InterruptedException;
  }

  private record Named(String name, Task task) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Threads threads;
  private final List<Named> tasks = new ArrayList<>();
  private @Nullable RuntimeException failure;
  private boolean over;

  TaskGroup(Threads threads) {
    this.threads = threads;
  }

  TaskGroup add(String name, Task task) {
    tasks.add(new Named(name, task));
    return this;
  }

  /**
   * Runs all until interrupted, or until the first one ends; none runs any more when it returns.
   * Throws what ended the first one.
   */
  void run() throws InterruptedException {
    List<Thread> running = new ArrayList<>();
    try {
      tasks.forEach(each -> running.add(threads.start(each.name(), () -> run(each.task()))));
      awaitEnd();
    } finally {
      running.forEach(Thread::interrupt);
      joinAll(running);
    }
  }

  private void run(Task task) {
    RuntimeException why = null;
    try {
      task.run();
    } catch (InterruptedException e) {
      why = null; // How a group is ended.
    } catch (RuntimeException e) {
      why = e;
    }
    lock.lock();
    try {
      if (!over) {
        over = true;
        failure = why;
      }
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!over) {
        ended.await();
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  private static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (int i = 0; i < threads.size(); ) {
      try {
        threads.get(i).join();
        i++;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
