package dev.capstan.client.ops;

import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.events.EventRecorder;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Metrics of what every client has. */
public final class ClientMetrics {

  private ClientMetrics() {}

  /** How fresh the caches are. Once per registry. */
  public static void of(PrometheusRegistry registry, InformerSet informers) {
    GaugeWithCallback.builder()
        .name("capstan_informer_age_seconds")
        .help("Time since the API server was last heard of; not ready beyond 45 s.")
        .callback(metric -> metric.call(informers.age().toNanos() / 1e9))
        .register(registry);
    CounterWithCallback.builder()
        .name("capstan_informer_relists_total")
        .help("How often everything was listed anew because the watch could not be resumed.")
        .callback(metric -> metric.call(informers.relists()))
        .register(registry);
  }

  /** How many events were lost. Once per registry. */
  public static void of(PrometheusRegistry registry, EventRecorder events) {
    CounterWithCallback.builder()
        .name("capstan_events_dropped_total")
        .help("Events that were lost before they reached the API server.")
        .callback(metric -> metric.call(events.dropped()))
        .register(registry);
  }
}
