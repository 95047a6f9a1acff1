package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    boolean answered;
    @Nullable ApiException error;

    Removal(ObjectKey key, String uid) {
      this.key = key;
      this.uid = uid;
    }
  }

  private final Api api;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Removal> waiting = new ArrayList<>();
  private boolean sending;

  Removals(Api api) {
    this.api = api;
  }

  /** Removes the pod of that uid; does nothing if it is gone. */
  void remove(ObjectKey key, String uid) throws ApiFault, InterruptedException {
    Removal mine = new Removal(key, uid);
    List<Removal> batch = enter(mine);
    while (!batch.isEmpty()) {
      send(batch);
      batch = next(mine);
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
    try {
      while (!mine.answered && sending) {
        changed.await();
      }
    } catch (InterruptedException e) {
      waiting.remove(mine); // It is not anybody's business any more.
      throw e;
    }
    if (mine.answered) {
      return List.of();
    }
    List<Removal> first = waiting.subList(0, Math.min(BATCH, waiting.size()));
    List<Removal> batch = List.copyOf(first);
    first.clear();
    sending = true;
    return batch;
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
          waiting.add(removal);
        } else {
          removal.error = results.get(i).error().orElse(null);
          removal.answered = true;
        }
      }
      sending = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void check(Removal removal) throws ApiFault {
    Optional<ApiException> error = Optional.ofNullable(removal.error);
    if (error.isEmpty() || error.get() instanceof ApiException.NotFound) {
      return;
    }
    boolean another =
        error.get() instanceof ApiException.Conflict conflict
            && !removal.uid.equals(conflict.currentUid());
    if (!another) {
      throw new ApiFault(error.get().message());
    }
  }
}
