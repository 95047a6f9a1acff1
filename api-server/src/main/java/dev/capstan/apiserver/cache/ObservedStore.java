package dev.capstan.apiserver.cache;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.seam.Threads;
import java.util.concurrent.CompletableFuture;

/**
 * A store whose linearizable replies are noted in a {@link ReadIndex}. Writers use it; reads
 * profit.
 */
public final class ObservedStore implements KvStore {

  private final KvStore store;
  private final ReadIndex index;

  public ObservedStore(KvStore store, ReadIndex index) {
    this.store = store;
    this.index = index;
  }

  @Override
  public GetResult get(String key) {
    long number = index.sent();
    try {
      GetResult result = store.get(key);
      index.answered(number, result.revision());
      return result;
    } catch (RuntimeException e) {
      index.failed(number);
      throw e;
    }
  }

  @Override
  public CompletableFuture<Long> revision() {
    return store.revision(); // Reads that ask for themselves are noted by the index itself.
  }

  @Override
  public RangeResult range(RangeRequest request) {
    if (request.atRevision() != 0) {
      return store.range(request); // A read of the past may be answered by a member that lags.
    }
    long number = index.sent();
    try {
      RangeResult result = store.range(request);
      index.answered(number, result.revision());
      return result;
    } catch (RuntimeException e) {
      index.failed(number);
      throw e;
    }
  }

  @Override
  public CommitResult commit(Group group) {
    long number = index.sent();
    try {
      CommitResult result = store.commit(group);
      index.answered(number, result.revision());
      return result;
    } catch (RuntimeException e) {
      index.failed(number);
      throw e;
    }
  }

  @Override
  public CompletableFuture<CommitResult> submit(Group group, Threads threads) {
    long number = index.sent();
    CompletableFuture<CommitResult> promise;
    try {
      promise = store.submit(group, threads);
    } catch (RuntimeException e) {
      index.failed(number);
      throw e;
    }
    return promise.whenComplete((result, failure) -> {
      if (failure == null) {
        index.answered(number, result.revision());
      } else {
        index.failed(number);
      }
    });
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
    return store.describe();
  }

  @Override
  public void close() {
    store.close();
  }
}
