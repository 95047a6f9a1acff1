package dev.capstan.apiserver.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** /metrics, /readyz and /livez over HTTP, on loopback only. */
public final class OpsServer implements AutoCloseable {

  private final HttpServer http;

  /**
   * Starts to listen.
   *
   * @param port 0 for any free one
   * @param notReady why the process is not ready; empty if it is
   * @param warning what to say although it is ready; may be empty
   * @throws IOException if the port is taken
   */
  public OpsServer(
      int port,
      PrometheusRegistry registry,
      Supplier<String> notReady,
      Supplier<String> warning,
      Executor executor)
      throws IOException {
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.setExecutor(executor);
    http.createContext("/metrics", exchange -> metrics(exchange, registry));
    http.createContext("/readyz", exchange -> ready(exchange, notReady.get(), warning.get()));
    http.createContext("/livez", exchange -> answer(exchange, 200, "text/plain", bytes("ok\n")));
    http.createContext("/", exchange -> answer(exchange, 404, "text/plain", bytes("not found\n")));
    http.start();
  }

  /** The port it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  private static void metrics(HttpExchange exchange, PrometheusRegistry registry)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    writer.write(out, registry.scrape());
    answer(exchange, 200, writer.getContentType(), out.toByteArray());
  }

  private static void ready(HttpExchange exchange, String notReady, String warning)
      throws IOException {
    boolean ready = notReady.isEmpty();
    String served = warning.isEmpty() ? "ok\n" : "ok, but " + warning + "\n";
    String body = ready ? served : notReady + "\n";
    answer(exchange, ready ? 200 : 503, "text/plain; charset=utf-8", bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
