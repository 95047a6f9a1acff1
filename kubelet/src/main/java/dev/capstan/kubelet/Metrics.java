package dev.capstan.kubelet;

import dev.capstan.kubelet.pod.KubeletMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.IntSupplier;

/** The kubelet's metrics for Prometheus. */
final class Metrics implements KubeletMetrics {

  private final PrometheusRegistry registry;
  private final Counter restarts;
  private final Histogram starts;
  private final Histogram calls;

  Metrics(PrometheusRegistry registry) {
    this.registry = registry;
    restarts =
        Counter.builder()
            .name("capstan_kubelet_container_restarts_total")
            .help("Containers started again.")
            .register(registry);
    starts =
        Histogram.builder()
            .name("capstan_kubelet_pod_start_seconds")
            .help("Time from the first sight of a pod to its container running.")
            .classicOnly()
            .classicUpperBounds(.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
    calls =
        Histogram.builder()
            .name("capstan_kubelet_runtime_call_seconds")
            .help("Calls to the container engine.")
            .labelNames("operation", "result")
            .classicOnly()
            .classicUpperBounds(.001, .005, .01, .05, .1, .5, 1, 5, 10, 60)
            .register(registry);
  }

  void gauges(IntSupplier containers, IntSupplier pods) {
    gauge("capstan_kubelet_running_containers", "Running containers.", containers);
    gauge("capstan_kubelet_pods", "Pods of the node that are not finished with.", pods);
  }

  private void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  @Override
  public void restarted() {
    restarts.inc();
  }

  @Override
  public void podStarted(Duration latency) {
    starts.observe(latency.toNanos() / 1e9);
  }

  @Override
  public void runtimeCall(String operation, boolean failed, Duration latency) {
    calls.labelValues(operation, failed ? "error" : "ok").observe(latency.toNanos() / 1e9);
  }
}
