package dev.capstan.apiserver.testing;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A store between whose watch and its listeners a test puts a gate, and whose reads it can hold up
 * or fail. For simulations: nothing here is safe for real threads.
 */
public final class GatedStore implements KvStore {

  private final KvStore store;
  private final List<Runnable> held = new ArrayList<>();
  private final List<Runnable> waitingReads = new ArrayList<>();
  private boolean watchOpen = true;
  private boolean readsOpen = true;
  private @Nullable WatchListener listener;

  /** Consistent reads that arrived. */
  public int reads;

  /** Set: every request fails with it. */
  public @Nullable StoreException failure;

  /** Set: the watch tells of progress only when asked, as etcd's does. */
  public boolean silent;

  private boolean asked;

  public GatedStore(KvStore store) {
    this.store = store;
  }

  /** The watch delivers nothing from now on. */
  public void closeWatch() {
    watchOpen = false;
  }

  /** The watch delivers what was held back, and goes on. */
  public void openWatch() {
    watchOpen = true;
    List<Runnable> all = List.copyOf(held);
    held.clear();
    all.forEach(Runnable::run);
  }

  /** Consistent reads are answered no more. */
  public void closeReads() {
    readsOpen = false;
  }

  /** Consistent reads are answered again, those that wait as of now. */
  public void openReads() {
    readsOpen = true;
    List<Runnable> all = List.copyOf(waitingReads);
    waitingReads.clear();
    all.forEach(Runnable::run);
  }

  /** Ends the running watch. */
  public void endWatch(WatchEnd end) {
    WatchListener last = listener;
    if (last == null) {
      throw new IllegalStateException("no watch");
    }
    listener = null;
    last.onEnd(end);
  }

  private void check() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public GetResult get(String key) {
    check();
    return store.get(key);
  }

  @Override
  public CompletableFuture<Long> revision() {
    check();
    reads++;
    CompletableFuture<Long> promise = new CompletableFuture<>();
    if (readsOpen) {
      answer(promise);
    } else {
      waitingReads.add(() -> answer(promise));
    }
    return promise;
  }

  private void answer(CompletableFuture<Long> promise) {
    if (failure == null) {
      promise.complete(store.revision().join());
    } else {
      promise.completeExceptionally(failure);
    }
  }

  @Override
  public RangeResult range(RangeRequest request) {
    check();
    if (request.countOnly()) {
      reads++;
      awaitOpen();
      check();
    }
    return store.range(request);
  }

  private void awaitOpen() {
    while (!readsOpen) {
      Thread self = Thread.currentThread();
      waitingReads.add(() -> LockSupport.unpark(self));
      LockSupport.park(this);
    }
  }

  @Override
  public CommitResult commit(Group group) {
    check();
    return store.commit(group);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener to) {
    listener = to;
    Watch watch =
        store.watch(
            prefix,
            afterRevision,
            new WatchListener() {
              @Override
              public void onRevision(long revision, List<Change> changes) {
                pass(() -> to.onRevision(revision, changes));
              }

              @Override
              public void onProgress(long revision) {
                if (asked || !silent) {
                  asked = false;
                  pass(() -> to.onProgress(revision));
                }
              }

              @Override
              public void onEnd(WatchEnd end) {
                pass(() -> to.onEnd(end));
              }

              @SuppressWarnings("ReferenceEquality") // The listener itself is meant.
              private void pass(Runnable news) {
                if (listener != to) {
                  return; // The test has ended this watch.
                }
                if (watchOpen) {
                  news.run();
                } else {
                  held.add(news);
                }
              }
            });
    return new Watch() {
      @Override
      public void requestProgress() {
        asked = true;
        watch.requestProgress();
      }

      @Override
      public void close() {
        watch.close();
      }
    };
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
