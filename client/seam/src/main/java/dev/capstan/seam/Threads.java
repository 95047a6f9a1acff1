package dev.capstan.seam;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Makes the threads everything runs on. */
public interface Threads {

  /**
   * Starts a virtual thread.
   *
   * @param name for logs and thread dumps; need not be unique
   */
  Thread start(String name, Runnable body);

  /** Runs each task on a virtual thread of its own; what gRPC servers and channels are given. */
  Executor executor();

  /**
   * Timers for libraries that insist on an executor of their own (gRPC deadlines and back-off); not
   * for our code.
   */
  ScheduledExecutorService libraryTimers();
}
