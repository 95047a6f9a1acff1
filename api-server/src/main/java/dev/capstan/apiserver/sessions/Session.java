package dev.capstan.apiserver.sessions;

import com.google.rpc.Status;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.seam.Clock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream and a kubelet's, joined. One piece of data at most is under way between them,
 * so each side holds the other back.
 */
final class Session {

  private enum State {
    OFFERED,
    OPEN,
    /** The kubelet has sent everything, or gone. */
    ENDED,
    /** The client has gone, or given up waiting. */
    CANCELLED
  }

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.OFFERED;
  private @Nullable LogChunk data;
  private Status end = Status.getDefaultInstance();

  Session(Clock clock) {
    this.clock = clock;
  }

  /** Runs whenever the client's side has to look again: its stream has changed. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // The client's side.

  /**
   * Blocks until the kubelet has opened the session; false if it has not by the deadline, or the
   * client has gone.
   */
  boolean awaitOpen(long deadlineNanos, BooleanSupplier gone) throws InterruptedException {
    lock.lock();
    try {
      boolean inTime = true;
      while (state == State.OFFERED && inTime && !gone.getAsBoolean()) {
        inTime = clock.awaitUntil(lock, changed, deadlineNanos);
      }
      if (state == State.OFFERED) {
        state = State.CANCELLED;
      }
      return state == State.OPEN || state == State.ENDED;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks for the next piece of data; null when there is no more, or the client has gone. */
  @Nullable LogChunk take(BooleanSupplier gone) throws InterruptedException {
    lock.lock();
    try {
      while (data == null && state == State.OPEN && !gone.getAsBoolean()) {
        changed.await();
      }
      LogChunk taken = data;
      data = null;
      changed.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** How the kubelet's side ended. */
  Status ended() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /** The client has gone. */
  void cancel() {
    lock.lock();
    try {
      if (state != State.ENDED) {
        state = State.CANCELLED;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // The kubelet's side.

  /** False if nobody waits any more. */
  boolean open() {
    lock.lock();
    try {
      boolean wanted = state == State.OFFERED;
      if (wanted) {
        state = State.OPEN;
      }
      changed.signalAll();
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until the piece before has been taken; false if the client has gone. */
  boolean put(LogChunk piece) throws InterruptedException {
    lock.lock();
    try {
      while (data != null && state == State.OPEN) {
        changed.await();
      }
      if (state != State.OPEN) {
        return false;
      }
      data = piece;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The kubelet's side is over; what was put can still be taken. */
  void end(Status how) {
    lock.lock();
    try {
      if (state == State.OFFERED || state == State.OPEN) {
        state = State.ENDED;
        end = how;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until the session is over; true if it was the client who left. */
  boolean awaitOver() throws InterruptedException {
    lock.lock();
    try {
      while (state == State.OFFERED || state == State.OPEN) {
        changed.await();
      }
      return state == State.CANCELLED;
    } finally {
      lock.unlock();
    }
  }
}
