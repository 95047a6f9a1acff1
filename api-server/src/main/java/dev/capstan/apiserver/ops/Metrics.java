package dev.capstan.apiserver.ops;

import dev.capstan.apiserver.cache.CacheStats;
import dev.capstan.apiserver.events.EventMetrics;
import dev.capstan.apiserver.handler.CallObserver;
import dev.capstan.apiserver.peers.ConnectionMetrics;
import dev.capstan.apiserver.peers.Reason;
import dev.capstan.apiserver.watch.WatchMetrics;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The server's Prometheus metrics. All names begin with capstan_. */
public final class Metrics
    implements CallObserver, GroupListener, WatchMetrics, EventMetrics, ConnectionMetrics {

  private static final double NANOS = 1e9;
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 120};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("capstan_requests_total")
          .help("Calls answered, by method and gRPC code")
          .labelNames("method", "code")
          .withoutExemplars()
          .register(registry);
  private final Histogram latency =
      Histogram.builder()
          .name("capstan_request_duration_seconds")
          .help("Time from a unary call's headers to its answer, by method and gRPC code")
          .labelNames("method", "code")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .withoutExemplars()
          .register(registry);
  private final Histogram groupLatency =
      Histogram.builder()
          .name("capstan_store_commit_duration_seconds")
          .help("Time from a commit group's first submission to its definite answer")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .withoutExemplars()
          .register(registry);
  private final Histogram groupSize =
      Histogram.builder()
          .name("capstan_store_commit_group_size")
          .help("Transactions in a commit group")
          .classicOnly()
          .classicUpperBounds(SIZES)
          .withoutExemplars()
          .register(registry);
  private final Counter groupRetries =
      Counter.builder()
          .name("capstan_store_commit_retries_total")
          .help("Submissions of commit groups beyond the first")
          .withoutExemplars()
          .register(registry);
  private final Counter frames =
      Counter.builder()
          .name("capstan_watch_frames_total")
          .help("Frames sent to watchers")
          .withoutExemplars()
          .register(registry);
  private final Counter frameBytes =
      Counter.builder()
          .name("capstan_watch_bytes_total")
          .help("Bytes sent to watchers")
          .withoutExemplars()
          .register(registry);
  private final Counter compacted =
      Counter.builder()
          .name("capstan_watch_compacted_total")
          .help("Watchers told to list again")
          .withoutExemplars()
          .register(registry);

  private final Counter events =
      Counter.builder()
          .name("capstan_events_total")
          .help("Events taken, by what became of them")
          .labelNames("outcome")
          .withoutExemplars()
          .register(registry);

  private final Counter cut =
      Counter.builder()
          .name("capstan_connections_cut_total")
          .help("Connections refused or cut, by reason")
          .labelNames("reason")
          .withoutExemplars()
          .register(registry);

  /** Where the figures are collected. */
  public PrometheusRegistry registry() {
    return registry;
  }

  @Override
  public void ended(String method, Status.Code code, long nanos, boolean streaming) {
    requests.labelValues(method, code.name()).inc();
    if (!streaming) {
      latency.labelValues(method, code.name()).observe(nanos / NANOS);
    }
  }

  @Override
  public void onGroup(int members, int bytes, long nanos, int attempts) {
    groupLatency.observe(nanos / NANOS);
    groupSize.observe(members);
    groupRetries.inc(Math.max(0, attempts - 1));
  }

  @Override
  public void frame(int bytes) {
    frames.inc();
    frameBytes.inc(bytes);
  }

  @Override
  public void compacted() {
    compacted.inc();
  }

  @Override
  public void dropped() {
    events.labelValues("dropped").inc();
  }

  @Override
  public void stored() {
    events.labelValues("stored").inc();
  }

  @Override
  public void cut(Reason reason) {
    cut.labelValues(reason.label()).inc();
  }

  /** Adds the number of open connections. */
  public void connections(LongSupplier open) {
    gauge("capstan_connections", "Open connections", open);
  }

  /** Adds the number of kubelets that are connected. */
  public void kubelets(LongSupplier connected) {
    gauge("capstan_kubelets_connected", "Kubelets that hold a session stream", connected);
  }

  /** Adds the figures of the watch cache. */
  public void watchCache(Supplier<CacheStats> stats, LongSupplier storeRevision) {
    gauge("capstan_watchers", "Open watches", () -> stats.get().watchers());
    gauge(
        "capstan_cache_revision",
        "Store revision of the watch cache",
        () -> stats.get().revision());
    gauge(
        "capstan_cache_lag_revisions",
        "Revisions by which the watch cache is behind the newest answer of the store",
        () -> Math.max(0, storeRevision.getAsLong() - stats.get().revision()));
    gauge(
        "capstan_unreadable_values",
        "Objects in the store whose values cannot be read",
        () -> stats.get().unreadable());
    gauge("capstan_cache_objects", "Objects in the watch cache", () -> stats.get().objects());
    gauge(
        "capstan_cache_ring_bytes",
        "Memory taken by past revisions, roughly",
        () -> stats.get().ringBytes());
    gauge(
        "capstan_cache_ring_revisions",
        "Past revisions that watches can still start from",
        () -> stats.get().ringRevisions());
  }

  private void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsLong()))
        .register(registry);
  }

  /** Adds whether space is short. */
  public void space(BooleanSupplier full) {
    gauge(
        "capstan_store_full",
        "1 while there is hardly space and only deletes pass",
        () -> full.getAsBoolean() ? 1 : 0);
  }

  /** Adds the size of the database; a store that cannot be reached shows none. */
  public void database(KvStore store) {
    GaugeWithCallback.builder()
        .name("capstan_database_bytes")
        .help("Size of the database: on disk, in use, and the most it may take")
        .labelNames("part")
        .callback(callback -> {
          try {
            KvStore.Size size = store.size();
            callback.call(size.bytes(), "total");
            callback.call(size.bytesInUse(), "in_use");
            callback.call(size.quotaBytes(), "quota");
          } catch (StoreException e) {
            // Scrapes go on while the store is away; readiness says so.
          }
        })
        .register(registry);
  }
}
