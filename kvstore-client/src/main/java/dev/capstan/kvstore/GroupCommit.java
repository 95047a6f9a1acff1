package dev.capstan.kvstore;

import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent independent transactions travel as one: each is judged by its own compares, all
 * that hold get one revision and each its own slot.
 *
 * <p>At most two groups are in flight; a group is whatever waits when one returns, or as many as
 * the other has, so a lone writer waits for company only beside others, and a crowd pays for one
 * round trip together. A transaction that writes what another of the group writes or compares, or
 * compares what another writes, waits for the next group: members do not see each other, so
 * together they could both succeed on a state that neither leaves behind (write skew: a pod created
 * in a namespace its neighbour deletes).
 *
 * <p>Who submits is promised an answer and need not wait for it; {@link #commit(Txn, long,
 * boolean)} does. No thread waits for the store either: a group is made ready by whoever submits
 * while a lane is free, else by whoever brings the answer to the one before. Unknown outcomes are
 * resolved here, see {@link Lane}.
 */
public final class GroupCommit implements AutoCloseable {

  /** Keys of lanes begin with this; nobody else writes there. */
  public static final String LANE_PREFIX = "/capstan-lanes/";

  private static final int LANES = 2;

  /**
   * The largest group, in members and bytes, that is made ready, and answered, by the thread that
   * happens to be there, which may be a transport's: larger ones have one of their own.
   */
  private static final int SMALL = 32;

  private static final int SMALL_BYTES = 64 << 10;

  /** As many never wait for more company. */
  private static final int COMPANY = 32;

  /** A group that takes longer is not waited for: its store may be in trouble. */
  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final Seam seam;
  private final SpaceGuard space;
  private final ReentrantLock lock = new ReentrantLock();
  private final GroupQueue queue = new GroupQueue();
  private final ArrayDeque<Lane> idle = new ArrayDeque<>();
  private final Set<Flight> underWay = new LinkedHashSet<>();
  private final Set<Pending> inSpaceCheck = new LinkedHashSet<>();
  private final DeadlineWatch<Pending> deadlines;
  private final DeadlineWatch<Flight> company;
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
        new DeadlineWatch<>(
            seam,
            lock,
            this::unanswered,
            Pending::deadlineNanos,
            pending -> giveUp(pending, "no answer before the deadline"));
    this.company =
        new DeadlineWatch<>(
            seam,
            lock,
            this::waitedFor,
            flight -> flight.departedNanos + PATIENCE.toNanos(),
            this::waitNoLonger);
    String instance = LANE_PREFIX + WriteId.random(seam.random()) + "/";
    for (int i = 0; i < LANES; i++) {
      idle.add(new Lane(instance + i, store, codec, seam, listener, space));
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
   * <p>What depends on the promise runs on the thread that tells a whole group its answers, maybe
   * one of the store's, and holds up the others of the group: it must be short and must not block.
   * What it throws hurts nobody.
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
        checkSpace(member);
      }
    }
    enqueue(admitted);
  }

  /** Rare, and it may ask the store how it is. */
  private void checkSpace(Pending member) {
    lock.lock();
    try {
      inSpaceCheck.add(member);
      deadlines.added(member);
    } finally {
      lock.unlock();
    }
    seam.threads().start("space check", () -> submitIfAdmitted(member));
  }

  private void submitIfAdmitted(Pending member) {
    try {
      space.admit(member.txn());
      if (unqueue(member)) {
        enqueue(List.of(member));
      }
    } catch (RuntimeException e) {
      unqueue(member);
      member.fail(e);
    }
  }

  private void enqueue(List<Pending> members) {
    if (enqueueUnlessClosed(members)) {
      setOut();
    } else {
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
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private List<Pending> unanswered() {
    List<Pending> all = new ArrayList<>(queue.all());
    all.addAll(inSpaceCheck);
    underWay.forEach(flight -> all.addAll(flight.members));
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
      return queue.remove(pending) || inSpaceCheck.remove(pending);
    } finally {
      lock.unlock();
    }
  }

  /** A group, and the lane that has taken it. */
  private static final class Flight {
    final Lane lane;
    final List<Pending> members;
    final long departedNanos;

    /** Others do not wait for it. */
    boolean late;

    Flight(Lane lane, List<Pending> members, long departedNanos) {
      this.lane = lane;
      this.members = members;
      this.departedNanos = departedNanos;
    }

    boolean isSmall() {
      return members.size() <= SMALL
          && members.stream().mapToInt(Pending::bytes).sum() <= SMALL_BYTES;
    }
  }

  /** Sends what waits on its way, as far as lanes are free. */
  private void setOut() {
    for (Flight next = next(); next != null; next = next()) {
      Flight flight = next;
      runFor(flight, "commit group", () -> commit(flight));
    }
  }

  private @Nullable Flight next() {
    lock.lock();
    try {
      if (queue.isEmpty() || idle.isEmpty()) {
        return null;
      }
      if (!isCompany()) {
        waitedFor().forEach(company::added);
        return null;
      }
      Flight next = new Flight(idle.remove(), queue.take(), seam.clock().nanoTime());
      underWay.add(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether what waits shall set out. Beside a group that is under way it waits until it is as
   * many: answers come together and what follows them one after the other, so that the quickest
   * would leave alone, and all others behind it. Under the lock.
   */
  private boolean isCompany() {
    int others = 0;
    for (Flight flight : underWay) {
      others += flight.late ? 0 : flight.members.size();
    }
    return queue.size() >= Math.min(others, COMPANY);
  }

  /** The groups that others, if there are any, wait for while a lane is free. Under the lock. */
  private List<Flight> waitedFor() {
    return queue.isEmpty() || idle.isEmpty()
        ? List.of()
        : underWay.stream().filter(flight -> !flight.late).toList();
  }

  private void waitNoLonger(Flight flight) {
    lock.lock();
    try {
      flight.late = true;
    } finally {
      lock.unlock();
    }
    setOut();
  }

  private void commit(Flight flight) {
    flight.lane.commit(flight.members, answers -> landed(flight, answers));
  }

  private void landed(Flight flight, Runnable answers) {
    lock.lock();
    try {
      underWay.remove(flight);
      idle.add(flight.lane);
      if (closed && queue.isEmpty()) {
        removeIdle();
      }
    } finally {
      lock.unlock();
    }
    try {
      setOut(); // First: a store in another process works while the answers are told.
    } finally {
      runFor(flight, "commit answers", answers);
    }
  }

  private void runFor(Flight flight, String name, Runnable what) {
    if (flight.isSmall()) {
      what.run();
    } else {
      seam.threads().start(name, what);
    }
  }

  /** Under the lock. */
  private void removeIdle() {
    for (Lane lane = idle.poll(); lane != null; lane = idle.poll()) {
      seam.threads().start("remove lane", lane::remove);
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
      if (queue.isEmpty()) {
        removeIdle();
      }
    } finally {
      lock.unlock();
    }
  }
}
