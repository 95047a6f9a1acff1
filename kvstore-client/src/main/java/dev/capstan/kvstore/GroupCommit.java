package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
 * <p>Who submits is promised an answer and need not wait for it; {@link #commit(Txn, long,
 * boolean)} does. Unknown outcomes are resolved here, see {@link Lane}.
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
  private final Map<Lane, List<Pending>> underWay = new LinkedHashMap<>();
  private final DeadlineWatch deadlines;
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
    this.deadlines =
        new DeadlineWatch(
            seam,
            lock,
            this::unanswered,
            pending -> giveUp(pending, "no answer before the deadline"));
    String instance = LANE_PREFIX + WriteId.random(seam.random()) + "/";
    for (int i = 0; i < LANES; i++) {
      Lane lane = new Lane(instance + i, store, codec, seam, listener, space);
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
    Pending pending = new Pending(txn, deadlineNanos, freesSpace);
    submit(List.of(pending));
    try {
      pending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(pending, "interrupted");
    }
    return pending.result();
  }

  /**
   * As {@link #commit(Txn, long, boolean)}, without blocking: the promise fails with what that
   * throws.
   *
   * <p>What depends on the promise runs on the thread that tells a whole group its answers, and
   * holds up the others of the group: it must be short and must not block. What it throws hurts
   * nobody.
   *
   * @throws StoreException.Invalid at once, if no group could take it
   */
  public CompletableFuture<Result> submit(Txn txn, long deadlineNanos, boolean freesSpace) {
    Pending pending = new Pending(txn, deadlineNanos, freesSpace);
    submit(List.of(pending));
    return pending.promise();
  }

  /** For several that shall be submitted together. */
  public Outbox outbox() {
    return new Outbox(this);
  }

  /** Never blocks. */
  void submit(List<Pending> members) {
    List<Pending> admitted = new ArrayList<>(members.size());
    for (Pending member : members) {
      if (member.freesSpace() || !space.isShortFor(member.txn())) {
        admitted.add(member);
      } else {
        // Rare, and it may ask the store how it is.
        seam.threads().start("space check", () -> submitIfAdmitted(member));
      }
    }
    enqueue(admitted);
  }

  private void submitIfAdmitted(Pending member) {
    try {
      space.admit(member.txn());
      enqueue(List.of(member));
    } catch (RuntimeException e) {
      member.fail(e);
    }
  }

  private void enqueue(List<Pending> members) {
    if (!members.isEmpty() && !enqueueUnlessClosed(members)) {
      members.forEach(
          member -> member.fail(new StoreException.Unavailable("the store is closed", null)));
    }
  }

  private boolean enqueueUnlessClosed(List<Pending> members) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      for (Pending member : members) {
        queue.add(member);
        deadlines.added(member);
      }
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private List<Pending> unanswered() {
    List<Pending> all = new ArrayList<>(queue.all());
    underWay.values().forEach(all::addAll);
    all.removeIf(Pending::isDone);
    return all;
  }

  private void giveUp(Pending pending, String why) {
    pending.fail(
        unqueue(pending)
            ? new StoreException.Unavailable(why + "; nothing was sent", null)
            : new StoreException.UnknownOutcome(why + "; the write may have happened", null));
  }

  /** True if it was in no group yet, and will be in none. */
  private boolean unqueue(Pending pending) {
    lock.lock();
    try {
      return queue.remove(pending);
    } finally {
      lock.unlock();
    }
  }

  private void run(Lane lane) {
    try {
      while (true) {
        List<Pending> group = next(lane);
        if (group.isEmpty()) {
          lane.remove();
          return;
        }
        lane.commit(group, this::tell);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next group; empty once closed. */
  private List<Pending> next(Lane lane) throws InterruptedException {
    lock.lock();
    try {
      underWay.remove(lane);
      while (queue.isEmpty() && !closed) {
        work.await();
      }
      List<Pending> group = queue.take();
      underWay.put(lane, group);
      if (!queue.isEmpty()) {
        work.signal(); // Too many for one group, or they would conflict: for the other lane.
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers members of a group, with all that depends on their answers. The lane does so itself
   * while nobody waits for it, which spares a lone writer the waking of a thread; otherwise it sets
   * out with the next group at once, and the answers are told beside it.
   */
  private void tell(Runnable answers) {
    if (waiting() == 0) {
      answers.run();
    } else {
      seam.threads().start("commit answers", answers);
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
