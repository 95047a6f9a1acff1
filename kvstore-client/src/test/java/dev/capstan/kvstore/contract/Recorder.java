package dev.capstan.kvstore.contract;

import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.KvStore.WatchListener;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it hears and can be told to stand still. */
public final class Recorder implements WatchListener {

  /** One call of onRevision. */
  public record Frame(long revision, List<Change> changes) {}

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Frame> frames = new ArrayList<>();
  private @Nullable WatchEnd end;
  private long progress;
  private long position;
  private boolean blocked;

  public Recorder(Clock clock) {
    this.clock = clock;
  }

  /** From now on the listener does not return until {@link #unblock}. */
  public void block() {
    change(() -> blocked = true);
  }

  public void unblock() {
    change(() -> blocked = false);
  }

  @Override
  public void onRevision(long revision, List<Change> changes) {
    lock.lock();
    try {
      while (blocked) {
        changed.awaitUninterruptibly();
      }
      frames.add(new Frame(revision, changes));
      position = Math.max(position, revision);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onProgress(long revision) {
    change(() -> {
      progress = revision;
      position = Math.max(position, revision);
    });
  }

  @Override
  public void onEnd(WatchEnd how) {
    change(() -> end = how);
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything up to a revision was heard, and gives all frames so far. */
  public List<Frame> awaitRevision(long revision) {
    await(() -> position >= revision, "revision " + revision);
    return frames();
  }

  public void awaitProgress(long revision) {
    await(() -> progress >= revision, "progress " + revision);
  }

  public WatchEnd awaitEnd() {
    await(() -> end != null, "the end");
    if (end == null) {
      throw new AssertionError("no end");
    }
    return end;
  }

  public List<Frame> frames() {
    lock.lock();
    try {
      return List.copyOf(frames);
    } finally {
      lock.unlock();
    }
  }

  private void await(BooleanSupplier condition, String what) {
    long deadline = clock.deadline(Duration.ofSeconds(60));
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (!clock.awaitUntil(lock, changed, deadline) && !condition.getAsBoolean()) {
          throw new AssertionError(
              "no %s; at %d, progress %d, end %s".formatted(what, position, progress, end));
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
