package dev.capstan.client.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.junit.jupiter.api.Test;

class PrometheusThreadsTest {

  /** Such a thread would be one outside the seam, and wake simulated threads at odd moments. */
  @Test
  void metricsStartNoThread() {
    PrometheusRegistry registry = new PrometheusRegistry();
    Counter counter = Counter.builder().name("c").help("Counts.").register(registry);
    Histogram histogram = Histogram.builder().name("h").help("Times.").register(registry);
    for (int i = 0; i < 1000; i++) {
      counter.inc();
      histogram.observe(i);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("prometheus"));
  }
}
