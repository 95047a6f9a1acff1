package dev.capstan.controller;

import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.RunnerListener;
import dev.capstan.client.control.WorkQueue;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** What the controllers count. */
final class ControllerMetrics implements RunnerListener {

  private static final double NANOS = 1e9;

  private final Map<String, WorkQueue<?>> queues = new ConcurrentSkipListMap<>();
  private final Counter reconciles;
  private final Histogram seconds;

  ControllerMetrics(PrometheusRegistry registry, BooleanSupplier leading) {
    reconciles =
        Counter.builder()
            .name("capstan_controller_reconciles")
            .help("Reconciliations by what they came to: done, after, retry, giveup.")
            .labelNames("controller", "outcome")
            .withoutExemplars()
            .register(registry);
    seconds =
        Histogram.builder()
            .name("capstan_controller_reconcile_seconds")
            .help("How long a reconciliation takes, its writes included.")
            .labelNames("controller")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)
            .withoutExemplars()
            .register(registry);
    GaugeWithCallback.builder()
        .name("capstan_controller_queue_depth")
        .help("Keys that wait for a worker.")
        .labelNames("controller")
        .callback(callback -> queues.forEach((name, q) -> callback.call(q.depth(), name)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("capstan_controller_parked_keys")
        .help("Keys kept back until the caches have seen their own writes.")
        .labelNames("controller")
        .callback(callback -> queues.forEach((name, q) -> callback.call(q.parkedCount(), name)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("capstan_controller_leading")
        .help("1 while this process leads.")
        .callback(callback -> callback.call(leading.getAsBoolean() ? 1 : 0))
        .register(registry);
  }

  /** The queue of a controller from now on. */
  void queue(String controller, WorkQueue<?> queue) {
    queues.put(controller, queue);
  }

  @Override
  public void reconciled(String controller, Outcome outcome, Duration took) {
    reconciles.labelValues(controller, word(outcome)).inc();
    seconds.labelValues(controller).observe(took.toNanos() / NANOS);
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done ignored -> "done";
      case Outcome.After ignored -> "after";
      case Outcome.Retry ignored -> "retry";
      case Outcome.GiveUp ignored -> "giveup";
    };
  }
}
