package dev.capstan.apiserver.watch;

import dev.capstan.seam.Threads;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives turns to the watchers that have something to do, on one thread for many of them: what a
 * thousand hear of wakes a few threads and not a thousand.
 *
 * <p>Everybody in the queue has one turn before anybody has a second, so one who is far behind
 * delays the others by one frame. The thread lives while there is something to do.
 */
final class WatchWriter {

  /** After so many turns the thread lets others have its processor. */
  private static final int TURNS = 64;

  private final Threads threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Turn> due = new ArrayDeque<>();
  private boolean running;

  /** A short piece of work that does not block. */
  interface Turn {

    /** True if there is more to do. */
    boolean take();
  }

  WatchWriter(Threads threads) {
    this.threads = threads;
  }

  /** Has the turn taken until there is no more to do. Neither blocks nor takes it itself. */
  void add(Turn turn) {
    lock.lock();
    try {
      due.addLast(turn);
      if (!running) {
        running = true;
        start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void start() {
    threads.start("watch writer", this::run);
  }

  private void run() {
    for (int i = 0; i < TURNS; i++) {
      Turn turn = next();
      if (turn == null) {
        return;
      }
      if (turn.take()) {
        add(turn);
      }
    }
    start(); // A new thread comes after those that wait for a processor.
  }

  private @Nullable Turn next() {
    lock.lock();
    try {
      running = !due.isEmpty();
      return due.pollFirst();
    } finally {
      lock.unlock();
    }
  }
}
