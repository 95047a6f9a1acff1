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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes over the network, against servers of the test. */
class NetworkProberTest {

  private static final ContainerRef REF = new ContainerRef("default", "a", "u", "web", 0);

  private final Seam seam = Seam.system();
  private final NetworkProber prober =
      new NetworkProber(new SimulatedRuntime(seam, Duration.ZERO), seam);
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ok", e -> answer(e, 204));
    server.createContext("/moved", e -> answer(e, 302));
    server.createContext("/broken", e -> answer(e, 503));
    server.createContext(
        "/header",
        e -> answer(e, "yes".equals(e.getRequestHeaders().getFirst("X-Test")) ? 200 : 400));
    server.start();
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
    return prober.check(REF, container, probe, true, "127.0.0.1");
  }

  @Test
  void from200To399IsSuccess() throws Exception {
    assertThat(http("/ok")).isEqualTo(new Verdict.Passed());
    assertThat(http("/moved")).isEqualTo(new Verdict.Passed());
    assertThat(http("/header")).isEqualTo(new Verdict.Passed());
    assertThat(http("/broken"))
        .isEqualTo(new Verdict.Failed("HTTP probe failed with statuscode: 503"));
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
