package dev.capstan.e2e.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.TokenAuthenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.peers.Limits;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.e2e.bench.flood.Attack;
import dev.capstan.e2e.bench.flood.RawHttp2;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Floods on a real port are cut, with a reason, and nobody else is. */
class FloodTest {

  private static final String TOKEN = "a-token-of-some-length";
  private static final int MOST_TURNS = 300_000;
  private static final byte[] STRANGE = RawHttp2.headers("/capstan.v1.Cluster/Info");
  private static final byte[] KNOWN =
      RawHttp2.headers("/capstan.v1.Cluster/Info", "authorization", "Bearer " + TOKEN);

  private final Seam seam = Seam.system();
  private final Metrics metrics = new Metrics();
  private ApiServer api;
  private Server grpc;
  private InetSocketAddress address;
  private Connection other;

  @BeforeEach
  void start() throws Exception {
    api =
        ApiServer.start(
            seam,
            new MemoryKvStore(seam),
            ValueCodec.plain(),
            ApiServer.Settings.trusting(),
            metrics);
    serve(Limits.standard());
  }

  private void serve(Limits limits) throws IOException {
    grpc =
        GrpcServers.netty(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                GrpcServers.KeepAlive.DEFAULT,
                api,
                new TokenAuthenticator(TOKEN),
                new HealthStatusManager(),
                new Connections(seam, limits, metrics),
                seam)
            .start();
    address = (InetSocketAddress) grpc.getListenSockets().getFirst();
    other = Connection.open(ConnectionOptions.of("127.0.0.1:" + address.getPort(), TOKEN), seam);
  }

  @AfterEach
  void stop() {
    othersAreServed();
    other.close();
    grpc.shutdownNow();
    api.close();
  }

  private void othersAreServed() {
    try {
      assertThat(Api.of(other).as("test").namespaces().get("default")).isNotNull();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Why the server hung up: the text of its GOAWAY; empty if it did so without a word. */
  private static String lastWords(RawHttp2 connection) {
    String words = "";
    try {
      DataInputStream in = new DataInputStream(connection.in());
      while (true) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        in.readNBytes(5);
        byte[] body = in.readNBytes(length);
        if (type == RawHttp2.GOAWAY && body.length > 8) {
          words = new String(body, 8, body.length - 8, StandardCharsets.US_ASCII);
        }
      }
    } catch (IOException e) {
      return words;
    }
  }

  /** Attacks, and waits until the server has hung up. */
  private void attack(Attack attack, byte[] call) throws IOException {
    try (RawHttp2 connection = RawHttp2.silent(address)) {
      connection.greet();
      CompletableFuture<String> words = CompletableFuture.supplyAsync(() -> lastWords(connection));
      try {
        for (int turn = 0; turn < MOST_TURNS && !words.isDone(); turn++) {
          attack.repeat(connection, turn, call);
        }
        connection.flush();
      } catch (IOException e) {
        // It hung up.
      }
      // It ends when the server has hung up, and not before.
      assertThat(words).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RAPID_RESET, false",
    "RAPID_RESET, true",
    "SETTINGS_FLOOD, false",
    "SETTINGS_FLOOD, true",
    "WINDOW_UPDATES, false",
    "WINDOW_UPDATES, true",
    "EMPTY_DATA, false",
    "EMPTY_DATA, true",
    "CONTINUATIONS, false",
    "CONTINUATIONS, true",
    "LARGE_HEADERS, false",
  })
  void aFloodIsCutAndOthersAreNot(Attack attack, boolean token) throws IOException {
    othersAreServed();
    attack(attack, token ? KNOWN : STRANGE);
    othersAreServed();
    assertThat(cuts("flood")).isPositive();
  }

  /** gRPC itself counts pings, and what is sent to streams that are closed. */
  @ParameterizedTest
  @CsvSource({"NEW_STREAMS, false", "PING_FLOOD, false", "PING_FLOOD, true"})
  void otherFloodsAreCutByWhoeverIsFirst(Attack attack, boolean token) throws IOException {
    attack(attack, token ? KNOWN : STRANGE);
  }

  @Test
  void theReasonIsSaid() throws IOException {
    try (RawHttp2 connection = RawHttp2.silent(address)) {
      connection.greet();
      for (int i = 0; i < 300; i++) {
        connection.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]);
      }
      connection.flush();
      assertThat(lastWords(connection)).isEqualTo("too many SETTINGS frames");
    }
  }

  @Test
  void whoeverIsSilentIsCutInTime() throws IOException {
    other.close();
    grpc.shutdownNow();
    serve(Limits.with(Map.of("handshake-seconds", 1, "first-call-seconds", 2)));
    try (RawHttp2 silent = RawHttp2.silent(address);
        RawHttp2 polite = RawHttp2.silent(address)) {
      polite.greet();
      assertThat(lastWords(silent)).isEqualTo("no HTTP/2 preface and SETTINGS came in time");
      assertThat(lastWords(polite)).isEqualTo("no authenticated call came in time");
    }
    assertThat(cuts("handshake")).isEqualTo(1);
    assertThat(cuts("first_call")).isEqualTo(1);
  }

  private double cuts(String reason) {
    return metrics.registry().scrape("capstan_connections_cut"::equals).stream()
        .flatMap(m -> m.getDataPoints().stream())
        .filter(point -> reason.equals(point.getLabels().get("reason")))
        .mapToDouble(point ->
            ((io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot) point)
                .getValue())
        .sum();
  }
}
