package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An engine that still counts containers in a network which have ended, as Docker does after it was
 * killed at the wrong moment. This one is a few answers over HTTP.
 */
class LeftoverEndpointTest {

  private static final NodeIdentity NODE = new NodeIdentity("c1", "n1", List.of("u1"));
  private static final String NETWORK =
      "{\"Name\":\"capstan-c1-n1\",\"Id\":\"net1\",\"Labels\":{\"capstan.dev/cluster-id\":\"c1\","
          + "\"capstan.dev/node\":\"n1\"},\"Containers\":{%s}}";

  private final List<String> members = new CopyOnWriteArrayList<>();
  private final List<String> disconnected = new CopyOnWriteArrayList<>();
  private boolean removed;
  private boolean miscounts;
  private HttpServer engine;

  @BeforeEach
  void start() throws IOException {
    engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext("/", this::answer);
    engine.start();
  }

  @AfterEach
  void stop() {
    engine.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceFirst("^/v[0-9.]+", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (exchange.getRequestMethod() + " " + path) {
      case "GET /version" ->
          send(exchange, 200, "{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\"}");
      case "GET /containers/json" -> send(exchange, 200, "[]");
      case "GET /containers/runs/json" ->
          send(exchange, 200, "{\"Id\":\"runs\",\"State\":{\"Running\":true}}");
      case "GET /containers/ended/json" ->
          send(exchange, 200, "{\"Id\":\"ended\",\"State\":{\"Running\":false}}");
      case "GET /networks" ->
          send(exchange, 200, removed ? "[]" : "[" + NETWORK.formatted("") + "]");
      case "GET /networks/net1" -> send(exchange, 200, NETWORK.formatted(listed()));
      case "POST /networks/net1/disconnect" -> {
        disconnected.add(body);
        members.removeIf(member -> body.contains("\"" + nameOf(member) + "\""));
        send(exchange, 200, "");
      }
      case "DELETE /networks/net1" -> {
        removed = members.isEmpty() && !miscounts;
        send(
            exchange, removed ? 204 : 403, removed ? "" : "{\"message\":\"has active endpoints\"}");
      }
      default -> send(exchange, 404, "{\"message\":\"no such thing: " + path + "\"}");
    }
  }

  private static String nameOf(String member) {
    return member.startsWith("ep-") ? "name-of-" + member : member;
  }

  private String listed() {
    List<String> entries = new ArrayList<>();
    members.forEach(
        member -> entries.add("\"%s\":{\"Name\":\"%s\"}".formatted(member, nameOf(member))));
    return String.join(",", entries);
  }

  private static void send(HttpExchange exchange, int code, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String host() {
    return "tcp://127.0.0.1:" + engine.getAddress().getPort();
  }

  private DockerRuntime runtime() {
    return new DockerRuntime(
        new DockerSettings(host(), "10.99.0.0/24", 10, "1m", 2, 2, Path.of("none")),
        NODE,
        Seam.system());
  }

  @Test
  void whoHasEndedOrIsNotThereAnyMoreIsTakenOffByForce() throws Exception {
    members.addAll(List.of("ep-123", "ended"));
    try (DockerRuntime runtime = runtime()) {
      runtime.cleanUp();
    }
    assertThat(removed).isTrue();
    assertThat(disconnected)
        .hasSize(2)
        .allMatch(body -> body.contains("\"Force\":true"))
        .anyMatch(body -> body.contains("name-of-ep-123"))
        .anyMatch(body -> body.contains("\"ended\""));
  }

  @Test
  void whoRunsStaysAndSoDoesTheNetwork() {
    members.add("runs");
    DockerNetwork network =
        new DockerNetwork(new DockerCalls(host(), Seam.system()), NODE, "10.99.0.0/24");
    assertThatThrownBy(network::remove)
        .isInstanceOf(RuntimeFault.class)
        .hasMessageContaining("network capstan-c1-n1 stays: these containers still use it: runs");
    assertThat(disconnected).isEmpty();
    assertThat(removed).isFalse();
  }

  @Test
  void whatOnlyARestartOfTheEngineMendsIsSaid() {
    miscounts = true;
    DockerNetwork network =
        new DockerNetwork(new DockerCalls(host(), Seam.system()), NODE, "10.99.0.0/24");
    assertThatThrownBy(network::remove)
        .isInstanceOf(RuntimeFault.class)
        .hasMessageContaining("restart the engine, then run this again");
    assertThat(removed).isFalse();
  }
}
