package dev.capstan.kvstore;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store whose commits fail on demand, in each of the ways a network makes them fail; reads pass.
 */
public final class FaultyKvStore implements KvStore {

  /** What becomes of a commit. */
  public enum Fault {
    /** It does not reach the store, and the caller knows. */
    REFUSE,
    /** It does not reach the store, and the caller does not know. */
    LOSE_REQUEST,
    /** It is applied, and the caller does not know. */
    LOSE_REPLY,
    /** The caller does not know, and it is applied later, before the commit after the next. */
    DELAY
  }

  private final KvStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Fault> faults = new ArrayDeque<>();
  private @Nullable Group delayed;
  private int beforeDelayed;
  private boolean held;
  private int inside;
  private Runnable afterFault = () -> {};
  private Supplier<@Nullable Fault> chance = () -> null;

  public FaultyKvStore(KvStore store) {
    this.store = store;
  }

  /** The next commits meet these faults, one each. */
  public void fail(Fault... next) {
    locked(() -> {
      for (Fault fault : next) {
        faults.add(fault);
      }
      return null;
    });
  }

  /** Of all further commits this share meets a fault. */
  public void failAtRandom(RandomGenerator random, int percent) {
    Fault[] kinds = Fault.values();
    locked(() ->
        chance = () -> random.nextInt(100) < percent ? kinds[random.nextInt(kinds.length)] : null);
  }

  /** Runs something once, after the next fault and before its caller hears of it. */
  public void afterNextFault(Runnable what) {
    locked(() -> afterFault = what);
  }

  /** From now on commits wait at the door. */
  public void hold() {
    locked(() -> held = true);
  }

  public void release() {
    locked(() -> held = false);
  }

  /** Waits until this many commits wait at the door. */
  public void awaitHeld(int count, Clock clock) throws InterruptedException {
    long deadline = clock.deadline(Duration.ofSeconds(30));
    lock.lock();
    try {
      while (inside < count) {
        if (!clock.awaitUntil(lock, changed, deadline)) {
          throw new AssertionError(inside + " commits wait, not " + count);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> change) {
    lock.lock();
    try {
      T result = change.get();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CommitResult commit(Group group) {
    Fault fault = enter();
    if (fault == null) {
      return commitAfterDelayed(group);
    }
    switch (fault) {
      case REFUSE -> {}
      case LOSE_REQUEST -> {}
      case LOSE_REPLY -> applyQuietly(group);
      case DELAY ->
          locked(() -> {
            delayed = group;
            return beforeDelayed = 1;
          });
    }
    Runnable then =
        locked(() -> {
          Runnable once = afterFault;
          afterFault = () -> {};
          return once;
        });
    then.run();
    if (fault == Fault.REFUSE) {
      throw new StoreException.Unavailable("refused on demand", null);
    }
    throw new StoreException.UnknownOutcome("lost on demand", null);
  }

  private @Nullable Fault enter() {
    lock.lock();
    try {
      inside++;
      changed.signalAll();
      while (held) {
        changed.awaitUninterruptibly();
      }
      inside--;
      return faults.isEmpty() ? chance.get() : faults.remove();
    } finally {
      lock.unlock();
    }
  }

  private CommitResult commitAfterDelayed(Group group) {
    Group late =
        locked(() -> {
          Group due = beforeDelayed-- > 0 ? null : delayed;
          delayed = due == null ? delayed : null;
          return due;
        });
    if (late != null) {
      applyQuietly(late);
    }
    return store.commit(group);
  }

  private void applyQuietly(Group group) {
    try {
      store.commit(group);
    } catch (StoreException e) {
      // As a server does whose client is gone: the answer goes nowhere.
    }
  }

  @Override
  public GetResult get(String key) {
    return store.get(key);
  }

  @Override
  public CompletableFuture<Long> revision() {
    return store.revision();
  }

  @Override
  public RangeResult range(RangeRequest request) {
    return store.range(request);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    return store.watch(prefix, afterRevision, listener);
  }

  @Override
  public void compact(long revision) {
    store.compact(revision);
  }

  @Override
  public Size size() {
    return store.size();
  }

  @Override
  public void reclaim() {
    store.reclaim();
  }

  @Override
  public String describe() {
    return "faulty " + store.describe();
  }

  @Override
  public void close() {
    store.close();
  }
}
