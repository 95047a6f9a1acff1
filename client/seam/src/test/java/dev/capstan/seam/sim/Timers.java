package dev.capstan.seam.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is due when, on simulated time. */
final class Timers {

  /** Something due. */
  static final class Timer {
    private final long due;
    private final long sequence;
    private final SimulatedProcess owner;
    private final Runnable action;
    private boolean cancelled;

    private Timer(long due, long sequence, SimulatedProcess owner, Runnable action) {
      this.due = due;
      this.sequence = sequence;
      this.owner = owner;
      this.action = action;
    }

    void cancel() {
      cancelled = true;
    }

    long due() {
      return due;
    }

    SimulatedProcess owner() {
      return owner;
    }
  }

  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>(
          Comparator.<Timer>comparingLong(t -> t.due).thenComparingLong(t -> t.sequence));
  private long sequence;

  Timer add(long due, SimulatedProcess owner, Runnable action) {
    Timer timer = new Timer(due, sequence++, owner, action);
    queue.add(timer);
    return timer;
  }

  /** When the next timer is due; Long.MAX_VALUE if there is none. */
  long next() {
    while (!queue.isEmpty() && (queue.peek().cancelled || queue.peek().owner.killed())) {
      queue.poll();
    }
    return queue.isEmpty() ? Long.MAX_VALUE : queue.peek().due;
  }

  /** Does what is due. */
  void fire(long now) {
    while (next() <= now) {
      Timer timer = queue.poll();
      if (timer != null) {
        timer.cancelled = true;
        timer.action.run();
      }
    }
  }

  int size() {
    return queue.size();
  }
}
