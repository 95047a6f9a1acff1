package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent independent transactions travel as one: each is judged by its own compares, all
 * that hold get one revision and each its own slot.
 *
 * <p>At most two groups are in flight; a group is whatever waits when one returns, so a lone writer
 * never waits for company and a crowd pays for one round trip together. A transaction that writes
 * what another of the group writes or compares, or compares what another writes, waits for the next
 * group: members do not see each other, so together they could both succeed on a state that neither
 * leaves behind (write skew: a pod created in a namespace its neighbour deletes).
 *
 * <p>Unknown outcomes are resolved here, see {@link Lane}.
 */
public final class GroupCommit implements AutoCloseable {

  /** Keys of lanes begin with this; nobody else writes there. */
  public static final String LANE_PREFIX = "/capstan-lanes/";

  private static final int LANES = 2;

  private final Seam seam;
  private final SpaceGuard space;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final GroupQueue queue = new GroupQueue();
  private final List<Lane> lanes = new ArrayList<>();
  private boolean closed;

  /** What became of a transaction. */
  public sealed interface Result {

    /**
     * It was applied.
     *
     * @param revision of its group
     * @param slot its place in the group, 0..126: (revision, slot) is unique
     */
    record Committed(long revision, int slot) implements Result {}

    /**
     * A compare did not hold.
     *
     * @param revision at or after the state it was judged against
     * @param current the entries of the compared keys that exist, as judged; {@link
     *     ValueCodec#decode} reads them
     */
    record Refused(long revision, List<KvStore.Entry> current) implements Result {

      /** What was stored under a compared key, or null if nothing was. */
      public KvStore.@Nullable Entry current(String key) {
        return current.stream().filter(e -> e.key().equals(key)).findFirst().orElse(null);
      }
    }
  }

  /** A group commit with a space guard of its own. */
  public GroupCommit(KvStore store, ValueCodec codec, Seam seam, GroupListener listener) {
    this(store, codec, seam, listener, new SpaceGuard(store, seam.clock()));
  }

  public GroupCommit(
      KvStore store, ValueCodec codec, Seam seam, GroupListener listener, SpaceGuard space) {
    this.seam = seam;
    this.space = space;
    String instance = LANE_PREFIX + WriteId.random(seam.random()) + "/";
    for (int i = 0; i < LANES; i++) {
      Lane lane = new Lane(instance + i, store, codec, seam, listener, space);
      lanes.add(lane);
      seam.threads().start("commit lane " + i, () -> run(lane));
    }
  }

  /**
   * As {@link #commit(Txn, long, boolean)}, refused with OutOfSpace when space is short and it
   * stores anything.
   */
  public Result commit(Txn txn, long deadlineNanos) {
    return commit(txn, deadlineNanos, false);
  }

  /**
   * Commits one transaction whose Put values are plain payloads; the header is put before them
   * here.
   *
   * @param deadlineNanos in the seam's monotonic time
   * @param freesSpace true for a write without which nothing could be deleted (marking an object as
   *     being deleted, removing a finalizer): it passes until the store itself is full
   * @throws StoreException.UnknownOutcome at the deadline it is still unknown whether it was or
   *     will be applied
   * @throws StoreException.Unavailable it was and will not be applied
   * @throws StoreException.Invalid the store refuses it as such
   * @throws StoreException.OutOfSpace space is short and it stores something
   */
  public Result commit(Txn txn, long deadlineNanos, boolean freesSpace) {
    checkSize(txn);
    if (!freesSpace) {
      space.admit(txn);
    }
    Pending pending = new Pending(txn, deadlineNanos, lock.newCondition());
    lock.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("the store is closed", null);
      }
      queue.add(pending);
      work.signal();
      return await(pending);
    } finally {
      lock.unlock();
    }
  }

  private static void checkSize(Txn txn) {
    int most = Math.max(txn.compares().size(), txn.ops().size());
    if (most > Txn.MAX_MEMBER_SIZE) {
      throw new StoreException.Invalid(
          "a transaction has at most %d compares and %d operations, not %d"
              .formatted(Txn.MAX_MEMBER_SIZE, Txn.MAX_MEMBER_SIZE, most),
          null);
    }
    if (txn.ops().isEmpty()) {
      throw new StoreException.Invalid("a transaction without operations", null);
    }
  }

  private Result await(Pending pending) {
    try {
      while (!pending.isDone()) {
        if (!seam.clock().awaitUntil(lock, pending.done(), pending.deadlineNanos())) {
          giveUp(pending, "no answer before the deadline");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(pending, "interrupted");
    }
    return pending.result();
  }

  private void giveUp(Pending pending, String why) {
    if (queue.remove(pending)) {
      pending.fail(new StoreException.Unavailable(why + "; nothing was sent", null));
    } else if (!pending.isDone()) {
      pending.fail(new StoreException.UnknownOutcome(why + "; the write may have happened", null));
    }
  }

  private void run(Lane lane) {
    try {
      while (true) {
        List<Pending> group = next();
        if (group.isEmpty()) {
          lane.remove();
          return;
        }
        lane.commit(group, this::settle);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next group; empty once closed. */
  private List<Pending> next() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        work.await();
      }
      return queue.take();
    } finally {
      lock.unlock();
    }
  }

  /** Transactions that wait for a group. */
  public int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void settle(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; what was taken is still committed. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
