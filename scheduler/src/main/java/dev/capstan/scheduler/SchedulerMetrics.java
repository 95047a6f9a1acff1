package dev.capstan.scheduler;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the scheduler counts. */
final class SchedulerMetrics {

  private final Gauge pending;
  private final Gauge waiting;
  private final Counter attempts;

  SchedulerMetrics(PrometheusRegistry registry) {
    pending =
        Gauge.builder()
            .name("capstan_scheduler_pending_pods")
            .help("Pods without a node.")
            .register(registry);
    waiting =
        Gauge.builder()
            .name("capstan_scheduler_waiting_pods")
            .help("Pods without a node that wait for the cluster to change.")
            .register(registry);
    attempts =
        Counter.builder()
            .name("capstan_scheduler_attempts")
            .help("Decisions by what became of them: bound, refused, unschedulable.")
            .labelNames("result")
            .register(registry);
  }

  void observed(int pendingPods, int waitingPods) {
    pending.set(pendingPods);
    waiting.set(waitingPods);
  }

  void bound() {
    attempts.labelValues("bound").inc();
  }

  void refused() {
    attempts.labelValues("refused").inc();
  }

  void unschedulable() {
    attempts.labelValues("unschedulable").inc();
  }
}
