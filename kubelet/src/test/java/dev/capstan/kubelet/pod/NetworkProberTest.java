package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.HTTPHeader;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.TCPSocketAction;
import dev.capstan.kubelet.pod.Prober.Verdict;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.Seam;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes over the network, against servers of the test. */
class NetworkProberTest {

  private static final ContainerRef REF = new ContainerRef("default", "a", "u", "web", 0);

  private final Seam seam = Seam.system();
  private final NetworkProber prober =
      new NetworkProber(new SimulatedRuntime(seam, Duration.ZERO), seam);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ok", e -> answer(e, 204));
    server.createContext("/moved", e -> redirect(e, 302, "/ok"));
    server.createContext("/moved-absolutely", e -> redirect(e, 307, origin() + "/ok?a=b%20c"));
    server.createContext("/moved-to-broken", e -> redirect(e, 301, "broken"));
    server.createContext("/loop", e -> redirect(e, 308, "/loop"));
    server.createContext("/away", e -> redirect(e, 302, "http://example.invalid/"));
    server.createContext("/nowhere", e -> answer(e, 302));
    server.createContext("/not-modified", e -> answer(e, 304));
    server.createContext("/broken", e -> answer(e, 503));
    server.createContext(
        "/header",
        e -> answer(e, "yes".equals(e.getRequestHeaders().getFirst("X-Test")) ? 200 : 400));
    server.start();
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void redirect(HttpExchange exchange, int code, String location) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    exchange.getResponseHeaders().add("Location", location);
    answer(exchange, code);
  }

  private static void answer(HttpExchange exchange, int code) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(code, -1);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Verdict http(String path) throws Exception {
    return check(
        Probe.newBuilder()
            .setHttpGet(
                HTTPGetAction.newBuilder()
                    .setPath(path)
                    .setPort(IntOrStrings.of("web"))
                    .addHttpHeaders(HTTPHeader.newBuilder().setName("X-Test").setValue("yes")))
            .build());
  }

  private Verdict check(Probe probe) throws Exception {
    Container container =
        Container.newBuilder()
            .addPorts(
                ContainerPort.newBuilder()
                    .setName("web")
                    .setContainerPort(server.getAddress().getPort()))
            .build();
    Probe patient =
        probe.hasTimeoutSeconds() ? probe : probe.toBuilder().setTimeoutSeconds(30).build();
    return prober.check(REF, container, patient, true, "127.0.0.1");
  }

  @Test
  void from200To399IsSuccess() throws Exception {
    assertThat(http("/ok")).isEqualTo(new Verdict.Passed());
    assertThat(http("/header")).isEqualTo(new Verdict.Passed());
    assertThat(http("/broken"))
        .isEqualTo(new Verdict.Failed("HTTP probe failed with statuscode: 503"));
  }

  @Test
  void redirectsOnTheHostAreFollowed() throws Exception {
    assertThat(http("/moved")).isEqualTo(new Verdict.Passed());
    assertThat(http("/moved-absolutely")).isEqualTo(new Verdict.Passed());
    assertThat(http("/moved-to-broken"))
        .isEqualTo(new Verdict.Failed("HTTP probe failed with statuscode: 503"));
  }

  @Test
  void aLoopOfRedirectsFailsAfterTen() throws Exception {
    assertThat(http("/loop"))
        .isEqualTo(new Verdict.Failed("Get \"" + origin() + "/loop\": stopped after 10 redirects"));
    assertThat(asked).hasSize(10);
  }

  @Test
  void aRedirectToAnotherHostIsSuccessWithAWarning() throws Exception {
    assertThat(http("/away"))
        .isEqualTo(
            new Verdict.PassedWithWarning(
                "Probe terminated redirects, statuscode: 302, Location: http://example.invalid/"));
    assertThat(http("/nowhere"))
        .isEqualTo(new Verdict.PassedWithWarning("Probe terminated redirects, statuscode: 302"));
    assertThat(http("/not-modified"))
        .isEqualTo(new Verdict.PassedWithWarning("Probe terminated redirects, statuscode: 304"));
  }

  @Test
  void aHostThatIsNotThePodsIsNotAsked() throws Exception {
    Probe.Builder probe = Probe.newBuilder();
    probe.getHttpGetBuilder().setHost("192.0.2.1").setPort(IntOrStrings.of("web")).setPath("/ok");
    assertThat(check(probe.build())).isEqualTo(new Verdict.Passed());
    probe.getTcpSocketBuilder().setHost("192.0.2.1").setPort(IntOrStrings.of("web"));
    assertThat(check(probe.clearHttpGet().build())).isEqualTo(new Verdict.Passed());
  }

  @Test
  void headersAreSentAsKubernetesSendsThem() throws Exception {
    assertThat(
            requestOf(
                "x", "Host", "shop.example", "Accept", "text/plain", "X-Two", "a", "X-Two", "b"))
        .containsExactly(
            "GET /x HTTP/1.1",
            "Host: shop.example",
            "Accept: text/plain",
            "X-Two: a",
            "X-Two: b",
            "User-Agent: capstan-probe/0.1",
            "Connection: close");
    assertThat(requestOf("/x", "Accept", "", "User-Agent", "mine", "Content-Length", "5"))
        .containsExactly(
            "GET /x HTTP/1.1", "Host: 127.0.0.1:PORT", "User-Agent: mine", "Connection: close");
    assertThat(requestOf("/"))
        .containsExactly(
            "GET / HTTP/1.1",
            "Host: 127.0.0.1:PORT",
            "User-Agent: capstan-probe/0.1",
            "Accept: */*",
            "Connection: close");
  }

  /** The lines that a probe of this path sends. */
  private List<String> requestOf(String path, String... headers) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> lines = new CopyOnWriteArrayList<>();
      Thread reader = Thread.ofVirtual().start(() -> readRequest(socket, lines));
      HTTPGetAction.Builder get =
          HTTPGetAction.newBuilder().setPath(path).setPort(IntOrStrings.of(socket.getLocalPort()));
      for (int i = 0; i < headers.length; i += 2) {
        get.addHttpHeaders(HTTPHeader.newBuilder().setName(headers[i]).setValue(headers[i + 1]));
      }
      assertThat(check(Probe.newBuilder().setHttpGet(get).build())).isEqualTo(new Verdict.Passed());
      reader.join();
      String port = Integer.toString(socket.getLocalPort());
      return lines.stream().map(line -> line.replace(port, "PORT")).toList();
    }
  }

  private static void readRequest(ServerSocket server, List<String> lines) {
    try (Socket socket = server.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aPortThatAcceptsIsSuccess() throws Exception {
    Probe.Builder probe = Probe.newBuilder();
    probe.getTcpSocketBuilder().setPort(IntOrStrings.of("web"));
    assertThat(check(probe.build())).isEqualTo(new Verdict.Passed());
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    probe.setTcpSocket(TCPSocketAction.newBuilder().setPort(IntOrStrings.of(closed)));
    assertThat(check(probe.build()))
        .isInstanceOfSatisfying(
            Verdict.Failed.class,
            failed -> assertThat(failed.message()).contains("127.0.0.1:" + closed));
  }

  @Test
  void aServerThatSaysNothingFailsInTime() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      Probe probe =
          Probe.newBuilder()
              .setHttpGet(HTTPGetAction.newBuilder().setPort(IntOrStrings.of(mute.getLocalPort())))
              .setTimeoutSeconds(1)
              .build();
      assertThat(check(probe)).isInstanceOf(Verdict.Failed.class);
    }
  }
}
