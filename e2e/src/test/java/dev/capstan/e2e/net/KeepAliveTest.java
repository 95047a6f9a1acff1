package dev.capstan.e2e.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.peers.Limits;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.client.KeepAlive;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A connection on which nothing arrives any more, and of which nobody is told, is noticed by both
 * sides. Takes ten seconds: gRPC asks no sooner, whatever it is told.
 */
class KeepAliveTest {

  /** What gRPC makes of any shorter interval. */
  private static final Duration LEAST = Duration.ofSeconds(10);

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  private final Seam seam = Seam.system();
  private final Metrics metrics = new Metrics();
  private ApiServer api;
  private Server grpc;
  private SilentProxy proxy;

  @BeforeEach
  void start() throws Exception {
    api =
        ApiServer.start(
            seam,
            new MemoryKvStore(seam),
            ValueCodec.plain(),
            ApiServer.Settings.trusting(),
            metrics);
    grpc =
        GrpcServers.netty(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new GrpcServers.KeepAlive(LEAST, SHORT),
                api,
                Authenticator.trusting(),
                new HealthStatusManager(),
                new Connections(seam, Limits.standard(), metrics),
                seam)
            .start();
    proxy = new SilentProxy((InetSocketAddress) grpc.getListenSockets().getFirst());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    grpc.shutdownNow();
    api.close();
  }

  private double watchers() {
    return metrics.registry().scrape("capstan_watchers"::equals).stream()
        .mapToDouble(m -> ((GaugeSnapshot) m).getDataPoints().getFirst().getValue())
        .sum();
  }

  private static ConfigMap map(String name) {
    return ConfigMap.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName(name))
        .build();
  }

  private Connection connect(String address, Duration timeout) {
    return Connection.open(
        ConnectionOptions.of(address, null).keptAlive(new KeepAlive(LEAST, timeout)), seam);
  }

  private static void awaitMap(InformerSet informers, String name) {
    await()
        .atMost(ENOUGH)
        .until(() ->
            informers.snapshot().list(ObjectType.CONFIG_MAP).stream()
                .anyMatch(map -> map.getMetadata().getName().equals(name)));
  }

  @Test
  void bothSidesNoticeSilenceAndTheClientComesBack() throws Exception {
    String direct = "127.0.0.1:" + grpc.getPort();
    // The informers' own limit is no help here: only the connection's can notice in time.
    InformerSet.Timing patient = new InformerSet.Timing(Duration.ofHours(1), Duration.ofMillis(50));
    try (Connection other = connect(direct, ENOUGH);
        Connection connection = connect(proxy.address(), SHORT);
        InformerSet informers =
            InformerSet.of(Api.of(connection))
                .watch(ObjectType.CONFIG_MAP)
                .timing(patient)
                .build()) {
      Api writer = Api.of(other);
      informers.start();
      writer.configMaps().create(map("before"));
      awaitMap(informers, "before");

      proxy.silence();
      writer.configMaps().create(map("during"));
      await().atMost(ENOUGH).until(() -> proxy.leftByClient() == 1 && proxy.leftByServer() == 1);
      awaitMap(informers, "during");
      assertThat(informers.relists()).isZero();
      await().atMost(ENOUGH).until(() -> watchers() == 1); // The old one is not kept.
    }
  }
}
