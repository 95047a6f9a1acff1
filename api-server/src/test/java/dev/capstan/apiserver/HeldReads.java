package dev.capstan.apiserver;

import dev.capstan.kvstore.DelegatingKvStore;
import dev.capstan.kvstore.KvStore;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A store that lets reads of single keys wait while a test says so. */
final class HeldReads extends DelegatingKvStore {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean held;
  private int waiting;

  HeldReads(KvStore store) {
    super(store);
  }

  void hold() {
    set(true);
  }

  void release() {
    set(false);
  }

  private void set(boolean now) {
    lock.lock();
    try {
      held = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many reads wait. */
  void awaitHeld(int count, Clock clock) throws InterruptedException {
    long deadline = clock.deadline(Duration.ofSeconds(30));
    lock.lock();
    try {
      while (waiting < count) {
        if (!clock.awaitUntil(lock, changed, deadline)) {
          throw new AssertionError(waiting + " reads wait, not " + count);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public GetResult get(String key) {
    lock.lock();
    try {
      waiting++;
      changed.signalAll();
      while (held) {
        changed.awaitUninterruptibly();
      }
      waiting--;
    } finally {
      lock.unlock();
    }
    return super.get(key);
  }
}
