package dev.capstan.kvstore;

import java.util.concurrent.CompletableFuture;

/** A store that passes everything on; tests override what they bend. */
public class DelegatingKvStore implements KvStore {

  private final KvStore store;

  /** Passes on to {@code store}. */
  protected DelegatingKvStore(KvStore store) {
    this.store = store;
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
  public CommitResult commit(Group group) {
    return store.commit(group);
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
