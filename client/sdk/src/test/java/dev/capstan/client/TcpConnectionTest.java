package dev.capstan.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real sockets, with the system's clock. */
class TcpConnectionTest {

  private final Seam seam = Seam.system();
  private Server server;

  /** A big answer, and the version of another server. */
  private static Server serve(int port) throws IOException {
    Metadata headers = new Metadata();
    headers.put(Credentials.VERSION, "0.2.0");
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .addService(
            ServerInterceptors.intercept(
                new ClusterGrpc.ClusterImplBase() {
                  @Override
                  public void info(InfoRequest request, StreamObserver<InfoResponse> out) {
                    out.onNext(InfoResponse.newBuilder().setStore("x".repeat(5 << 20)).build());
                    out.onCompleted();
                  }
                },
                MetadataUtils.newAttachMetadataServerInterceptor(headers)))
        .build()
        .start();
  }

  @BeforeEach
  void start() throws IOException {
    server = serve(0);
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private ConnectionOptions options() {
    return ConnectionOptions.of("127.0.0.1:" + server.getPort(), "secret");
  }

  @Test
  void answersMayBeLargeAndAnotherVersionIsToldOnce() throws InterruptedException {
    List<String> versions = new ArrayList<>();
    for (ConnectionOptions each : List.of(options(), options().lightweight())) {
      ConnectionOptions warned = each.warning((own, theirs) -> versions.add(own + " " + theirs));
      try (Connection connection = Connection.open(warned, seam)) {
        Api api = Api.of(connection);
        assertThat(api.info().getStore()).hasSize(5 << 20);
        api.info();
      }
    }
    assertThat(versions).containsExactly("0.1.0 0.2.0", "0.1.0 0.2.0");
  }

  @Test
  void aServerThatComesBackIsFoundAtOnce() throws Exception {
    try (Connection connection = Connection.open(options(), seam)) {
      Api api = Api.of(connection);
      api.info();
      int port = server.getPort();
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      assertThatThrownBy(() -> api.retryingFor(Duration.ofMillis(300)).info())
          .isInstanceOf(ApiException.Unavailable.class);
      AtomicReference<String> store = new AtomicReference<>("");
      Thread caller =
          seam.threads()
              .start(
                  "caller",
                  () -> {
                    try {
                      store.set(api.retryingFor(Duration.ofSeconds(30)).info().getStore());
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      server = serve(port);
      caller.join();
      assertThat(store.get()).isNotEmpty();
    }
  }

  @Test
  void theEventLoopOfAShortLivedProgramEndsWithItsConnection() throws InterruptedException {
    Connection connection = Connection.open(options().lightweight(), seam);
    Api.of(connection).info();
    List<Thread> loops =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("io-"))
            .toList();
    assertThat(loops).isNotEmpty();
    connection.close();
    for (Thread loop : loops) {
      assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aRefusedConnectionIsSaidAtOnceAndNothingWasWritten() throws Exception {
    ConnectionOptions options = options().lightweight();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    try (Connection connection = Connection.open(options, seam)) {
      Api api = Api.of(connection).retryingFor(Duration.ZERO);
      assertThatThrownBy(() -> api.configMaps().namespace("default").delete("m"))
          .isInstanceOfSatisfying(
              ApiException.Unavailable.class, e -> assertThat(e.mayHaveHappened()).isFalse());
    }
  }

  @Test
  void whoStartsBesideTheServerWaitsForIt() throws Exception {
    ConnectionOptions options = options();
    int port = server.getPort();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    try (Connection connection = Connection.open(options, seam)) {
      Thread waiting = awaiting(connection);
      server = serve(port);
      waiting.join();
      Api api = Api.of(connection).retryingFor(Duration.ZERO);
      assertThat(api.info().getStore()).isNotEmpty();
    }
  }

  @Test
  void closingEndsTheWaitForAServer() throws Exception {
    ConnectionOptions options = options();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    Connection connection = Connection.open(options, seam);
    Thread waiting = awaiting(connection);
    connection.close();
    waiting.join();
  }

  private Thread awaiting(Connection connection) {
    return seam.threads()
        .start(
            "waiting",
            () -> {
              try {
                connection.awaitServer();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
  }
}
