package dev.capstan.kvstore.local;

import dev.capstan.kvstore.KvStore.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest revisions of a store in order, bounded in bytes; watches wait here for more and read
 * at their own pace, so that a slow one neither blocks a commit nor grows memory. Every revision
 * above the oldest kept is here: gaps do not exist, a revision is appended for every commit.
 */
public final class ChangeLog {

  /** One commit. */
  public record Revision(long revision, List<Change> changes) {}

  /** Reads what fell off the log; for stores that keep their history elsewhere. */
  public interface Archive {
    /**
     * Some revisions in order, whole, beginning with {@code after + 1}; empty if that was compacted
     * meanwhile.
     *
     * @param upTo the last revision wanted
     */
    List<Revision> read(long after, long upTo);
  }

  /** What a watch does next. */
  sealed interface Step {
    record Deliver(List<Revision> revisions) implements Step {}

    record Load(long upTo) implements Step {}

    record Compacted(long compactRevision) implements Step {}

    record CaughtUp() implements Step {}

    record Closed() implements Step {}
  }

  private static final int MAX_STEP = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Revision> newest = new ArrayDeque<>();
  private final long maxBytes;
  private long bytes;
  private long head;
  private long compacted;
  private boolean closed;

  /**
   * @param head the store's revision
   * @param compacted the oldest readable revision
   * @param maxBytes how much to keep, about
   */
  public ChangeLog(long head, long compacted, long maxBytes) {
    this.head = head;
    this.compacted = compacted;
    this.maxBytes = maxBytes;
  }

  /**
   * Adds the next revision; called by the store in commit order, before the commit is acknowledged.
   */
  public void append(Revision next) {
    lock.lock();
    try {
      newest.addLast(next);
      bytes += sizeOf(next);
      head = next.revision();
      while (bytes > maxBytes && newest.size() > 1) {
        bytes -= sizeOf(newest.removeFirst());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Moves the head without knowing the changes; watches fetch them from the archive. */
  public void skipTo(long revision) {
    lock.lock();
    try {
      newest.clear();
      bytes = 0;
      head = revision;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what is below {@code revision}; watches that still need it end. */
  public void compact(long revision) {
    lock.lock();
    try {
      compacted = Math.max(compacted, revision);
      while (!newest.isEmpty() && newest.getFirst().revision() <= compacted) {
        bytes -= sizeOf(newest.removeFirst());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all watches. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The store's revision. */
  public long head() {
    lock.lock();
    try {
      return head;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest readable revision. */
  public long compactRevision() {
    lock.lock();
    try {
      return compacted;
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to do for a watch that has delivered everything up to {@code
   * position}.
   *
   * @param progressAsked asked only when the watch has caught up, and answered then
   */
  Step await(long position, BooleanSupplier watchClosed, BooleanSupplier progressAsked)
      throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        Step step = step(position, watchClosed, progressAsked);
        if (step != null) {
          return step;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Step step(
      long position, BooleanSupplier watchClosed, BooleanSupplier progressAsked) {
    if (closed || watchClosed.getAsBoolean()) {
      return new Step.Closed();
    }
    if (position < compacted) {
      return new Step.Compacted(compacted);
    }
    if (position < head) {
      return newest.isEmpty() || newest.getFirst().revision() > position + 1
          ? new Step.Load(head)
          : new Step.Deliver(after(position));
    }
    return progressAsked.getAsBoolean() ? new Step.CaughtUp() : null;
  }

  private List<Revision> after(long position) {
    // Near the head, where watches usually are, few steps from the end; else search from the front.
    long behind = head - position;
    if (behind <= MAX_STEP) {
      ArrayDeque<Revision> tail = new ArrayDeque<>();
      Iterator<Revision> backwards = newest.descendingIterator();
      for (long i = 0; i < behind; i++) {
        tail.addFirst(backwards.next());
      }
      return List.copyOf(tail);
    }
    List<Revision> revisions = new ArrayList<>();
    for (Revision revision : newest) {
      if (revision.revision() > position && revisions.size() < 16 * MAX_STEP) {
        revisions.add(revision);
      }
    }
    return revisions;
  }

  private static long sizeOf(Revision revision) {
    long size = 64;
    for (Change change : revision.changes()) {
      size +=
          switch (change) {
            case Change.Put(var entry) -> 128L + entry.value().length;
            case Change.Delete ignored -> 128L;
          };
    }
    return size;
  }
}
