package dev.capstan.apiserver;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import java.util.concurrent.CompletableFuture;

/** A store that two servers share: closing one of them leaves it open. */
public record SharedStore(KvStore store) implements KvStore {
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
  public void close() {}
}
