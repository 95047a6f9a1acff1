package dev.capstan.apiserver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.Api;
import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class OpsServerTest {

  private static HttpResponse<String> get(OpsServer ops, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + ops.port() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static OpsServer ops(Api api) throws Exception {
    return new OpsServer(
        0,
        api.metrics.registry(),
        () -> api.server.notReady(api.seam),
        api.server::warning,
        api.seam.threads().executor());
  }

  @Test
  void metricsCountCallsByMethodAndCode() throws Exception {
    try (Api api = Api.start();
        OpsServer ops = ops(api)) {
      api.create(Api.pod("web"));
      assertThat(Api.code(() -> api.create(Api.pod("web")))).isEqualTo(Status.Code.ALREADY_EXISTS);
      String text = get(ops, "/metrics").body();
      assertThat(text)
          .contains(
              "capstan_requests_total{code=\"OK\",method=\"capstan.v1.Pods/Create\"} 1.0",
              "capstan_requests_total{code=\"ALREADY_EXISTS\",method=\"capstan.v1.Pods/Create\"} 1.0",
              "capstan_request_duration_seconds_count{code=\"OK\",method=\"capstan.v1.Pods/Create\"} 1",
              "capstan_watchers 0.0",
              "capstan_cache_lag_revisions",
              "capstan_store_commit_duration_seconds_bucket",
              "capstan_store_commit_group_size_bucket",
              "capstan_database_bytes{part=\"total\"}");
    }
  }

  @Test
  void readinessNeedsTheStore() throws Exception {
    try (Api api = Api.start();
        OpsServer ops = ops(api)) {
      assertThat(get(ops, "/readyz").statusCode()).isEqualTo(200);
      api.store.close();
      HttpResponse<String> response = get(ops, "/readyz");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).doesNotContain("Exception");
    }
  }

  @Test
  void nothingElseIsServed() throws Exception {
    try (Api api = Api.start();
        OpsServer ops = ops(api)) {
      assertThat(get(ops, "/").statusCode()).isEqualTo(404);
      assertThat(get(ops, "/livez").statusCode()).isEqualTo(200);
    }
  }
}
