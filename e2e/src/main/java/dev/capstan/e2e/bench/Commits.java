package dev.capstan.e2e.bench;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.etcd.EtcdKvStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When etcd committed what, as a watch of its own hears it, beside the API server's. That is a
 * little later than the commit, by one message from etcd.
 */
final class Commits implements AutoCloseable {

  private static final String EVERYTHING = "/capstan/";

  private final KvStore store;
  private final Map<Long, Long> nanos = new ConcurrentHashMap<>();

  private Commits(KvStore store) {
    this.store = store;
  }

  static Commits of(Run run, Cluster cluster) {
    Commits commits = new Commits(new EtcdKvStore(List.of(cluster.etcdEndpoint()), run.seam()));
    commits.follow(run);
    return commits;
  }

  private void follow(Run run) {
    long now = store.get(EVERYTHING).revision();
    store.watch(
        EVERYTHING,
        now,
        new KvStore.WatchListener() {
          @Override
          public void onRevision(long revision, List<KvStore.Change> changes) {
            nanos.put(revision, run.seam().clock().nanoTime());
          }

          @Override
          public void onProgress(long revision) {}

          @Override
          public void onEnd(KvStore.WatchEnd end) {}
        });
  }

  /** By revision of the store, on the seam's clock. */
  Map<Long, Long> nanos() {
    return new TreeMap<>(nanos);
  }

  @Override
  public void close() {
    store.close();
  }
}
