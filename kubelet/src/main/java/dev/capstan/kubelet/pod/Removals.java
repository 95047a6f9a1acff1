package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Removes pods from the API for good, those that end at the same time in one call: whoever comes
 * while no call is under way sends for all who wait; who comes meanwhile waits for the next.
 */
final class Removals {

  private static final int BATCH = 100;

  /** One pod to remove, until it is answered. */
  private static final class Removal {
    final ObjectKey key;
    final String uid;

    /**
     * Signalled when it is answered, or when it is to send. One for each: thousands of pods may end
     * at once, and only the few that an answer is for must wake.
     */
    final Condition turn;

    boolean answered;

    /** Nobody waits for it any more. */
    boolean left;

    @Nullable ApiException error;

    Removal(ObjectKey key, String uid, Condition turn) {
      this.key = key;
      this.uid = uid;
      this.turn = turn;
    }
  }

  private final Api api;
  private final ReentrantLock lock = new ReentrantLock();
  // In the order of their arrival, those to be sent again at the end; the first sends when no call
  // is under way.
  private final SequencedSet<Removal> waiting = new LinkedHashSet<>();
  private boolean sending;

  Removals(Api api) {
    this.api = api;
  }

  /** Removes the pod of that uid; does nothing if it is gone. */
  void remove(ObjectKey key, String uid) throws ApiFault, InterruptedException {
    Removal mine = new Removal(key, uid, lock.newCondition());
    try {
      List<Removal> batch = enter(mine);
      while (!batch.isEmpty()) {
        send(batch);
        batch = next(mine);
      }
    } finally {
      leave(mine);
    }
    check(mine);
  }

  /** What the caller is to send; empty once its own removal is answered. */
  private List<Removal> enter(Removal mine) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      waiting.add(mine);
      return takeUnlessAnswered(mine);
    } finally {
      lock.unlock();
    }
  }

  private List<Removal> next(Removal mine) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return takeUnlessAnswered(mine);
    } finally {
      lock.unlock();
    }
  }

  private List<Removal> takeUnlessAnswered(Removal mine) throws InterruptedException {
    while (!mine.answered && sending) {
      mine.turn.await();
    }
    if (mine.answered) {
      return List.of();
    }
    List<Removal> batch = waiting.stream().limit(BATCH).toList();
    batch.forEach(waiting::remove);
    sending = true;
    return batch;
  }

  /** An interrupted one is nobody's business any more, and may have been the one to send. */
  private void leave(Removal mine) {
    lock.lock();
    try {
      mine.left = true;
      waiting.remove(mine);
      wakeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void wakeFirst() {
    if (!sending && !waiting.isEmpty()) {
      waiting.getFirst().turn.signal();
    }
  }

  private void send(List<Removal> removals) throws InterruptedException {
    Batch batch = api.batch();
    removals.forEach(r -> batch.delete(ObjectType.POD, r.key, options(r.uid)));
    List<Batch.Result> results = List.of();
    try {
      results = batch.send();
    } finally {
      answer(removals, results);
    }
  }

  private static DeleteOptions options(String uid) {
    return DeleteOptions.newBuilder()
        .setGracePeriodSeconds(0)
        .setPreconditions(Preconditions.newBuilder().setUid(uid))
        .build();
  }

  /** Without results the sender was interrupted: others ask again. */
  private void answer(List<Removal> removals, List<Batch.Result> results) {
    lock.lock();
    try {
      for (int i = 0; i < removals.size(); i++) {
        Removal removal = removals.get(i);
        if (results.isEmpty()) {
          if (!removal.left) {
            waiting.add(removal);
          }
        } else {
          removal.error = results.get(i).error().orElse(null);
          removal.answered = true;
          removal.turn.signal();
        }
      }
      sending = false;
      wakeFirst();
    } finally {
      lock.unlock();
    }
  }

  private static void check(Removal removal) throws ApiFault {
    Optional<ApiException> error = Optional.ofNullable(removal.error);
    if (error.isEmpty() || error.get() instanceof ApiException.NotFound) {
      return;
    }
    // Which object won is not always said: then it may be this very one.
    boolean another =
        error.get() instanceof ApiException.Conflict conflict
            && !conflict.currentUid().isEmpty()
            && !removal.uid.equals(conflict.currentUid());
    if (!another) {
      throw new ApiFault(error.get().message());
    }
  }
}
