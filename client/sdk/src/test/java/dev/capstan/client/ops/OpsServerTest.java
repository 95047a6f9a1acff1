package dev.capstan.client.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.seam.Seam;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {

  private final Seam seam = Seam.system();
  private final AtomicBoolean synced = new AtomicBoolean();
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final Readiness readiness = new Readiness().check("caches", synced::get);
  private final HttpClient http = HttpClient.newHttpClient();
  private OpsServer server;

  @BeforeEach
  void start() throws Exception {
    server = OpsServer.start(0, readiness, metrics, seam.threads());
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void readyWhenEveryCheckHolds() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).isEqualTo("[-]caches failed\nnot ready\n");
    synced.set(true);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).isEqualTo("[+]caches ok\nready\n");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAreInPrometheusTextFormat() throws Exception {
    Counter.builder().name("capstan_test_total").help("Test.").register(metrics).inc(3);
    HttpResponse<String> response = get("/metrics");
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(response.body()).contains("# TYPE capstan_test_total counter\ncapstan_test_total 3");
  }

  @Test
  void aTakenPortIsNamed() {
    assertThatThrownBy(() -> OpsServer.start(server.port(), readiness, metrics, seam.threads()))
        .hasMessage("metrics port " + server.port() + " is taken");
  }
}
