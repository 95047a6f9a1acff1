package dev.capstan.client.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.capstan.seam.Threads;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code /readyz} (200 or 503, a line per check), {@code /livez} (200) and {@code /metrics}
 * (Prometheus text format) on the loopback interface.
 */
public final class OpsServer implements AutoCloseable {

  private final HttpServer http;
  private final Readiness readiness;
  private final PrometheusRegistry metrics;

  private OpsServer(HttpServer http, Readiness readiness, PrometheusRegistry metrics) {
    this.http = http;
    this.readiness = readiness;
    this.metrics = metrics;
  }

  /**
   * Starts serving.
   *
   * @param port on 127.0.0.1; 0 for any free one
   * @throws BindException naming the port, if it is taken
   */
  public static OpsServer start(
      int port, Readiness readiness, PrometheusRegistry metrics, Threads threads)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    HttpServer http = HttpServer.create();
    try {
      http.bind(address, 0);
    } catch (BindException e) {
      throw (BindException) new BindException("metrics port " + port + " is taken").initCause(e);
    }
    OpsServer server = new OpsServer(http, readiness, metrics);
    http.createContext("/readyz", server::ready);
    http.createContext("/livez", exchange -> answer(exchange, 200, "text/plain", bytes("ok\n")));
    http.createContext("/metrics", server::metrics);
    http.setExecutor(threads.executor());
    http.start();
    return server;
  }

  /** The port it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  private void ready(HttpExchange exchange) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean all = true;
    for (Map.Entry<String, String> check : readiness.results().entrySet()) {
      boolean holds = check.getValue().isEmpty();
      text.append(holds ? "[+]" : "[-]").append(check.getKey()).append(' ');
      text.append(holds ? "ok" : check.getValue()).append('\n');
      all &= holds;
    }
    text.append(all ? "ready\n" : "not ready\n");
    answer(exchange, all ? 200 : 503, "text/plain", bytes(text.toString()));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    writer.write(out, metrics.scrape());
    answer(exchange, 200, writer.getContentType(), out.toByteArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.stop(0);
  }
}
