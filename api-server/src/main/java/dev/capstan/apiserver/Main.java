package dev.capstan.apiserver;

import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.TokenAuthenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.apiserver.ops.OpsServer;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.read.ReadSide;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.LeanHeap;
import dev.capstan.seam.Seam;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The API server's process. */
@Command(
    name = "capstan-api-server",
    description = "Keeps the cluster's state and serves it over gRPC.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  /** How long calls in progress get when the server stops. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  @Mixin private Options options = new Options();

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try {
      return serve();
    } catch (StartException | StoreException | StatusRuntimeException e) {
      log.error("the server cannot start: {}", e.getMessage());
      return 1;
    }
  }

  private int serve() throws InterruptedException {
    InetSocketAddress address = options.address();
    Authenticator authenticator = new TokenAuthenticator(options.token());
    Seam seam = Seam.system();
    LeanHeap.tend(seam);
    Metrics metrics = new Metrics();
    AtomicReference<@Nullable ApiServer> serving = new AtomicReference<>();
    OpsServer ops = ops(seam, metrics, serving::get);
    OpenedStore store = OpenedStore.open(options, seam);
    ApiServer.Settings settings =
        new ApiServer.Settings(
            options.clusterName,
            authenticator,
            Authorizer.allowAll(),
            ReadSide.Settings.defaults(),
            Duration.ofSeconds(60));
    ApiServer api = ApiServer.start(seam, store.store(), store.codec(), settings, metrics);
    store.record(api.clusterId());
    HealthStatusManager health = new HealthStatusManager();
    Connections connections = new Connections(seam, options.limits(), metrics);
    metrics.connections(connections::count);
    Server grpc =
        GrpcServers.netty(
            address, GrpcServers.KeepAlive.DEFAULT, api, authenticator, health, connections, seam);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(grpc, api, health, ops, store), "stop"));
    listen(grpc, address);
    serving.set(api);
    log.info(
        "serving cluster {} ({}) on {} from {}; metrics on port {}",
        options.clusterName,
        api.clusterId(),
        grpc.getListenSockets().getFirst(),
        store.store().describe(),
        ops.port());
    grpc.awaitTermination();
    return 0;
  }

  /**
   * @param serving null while the server starts
   */
  private OpsServer ops(Seam seam, Metrics metrics, Supplier<@Nullable ApiServer> serving) {
    Supplier<String> notReady =
        () -> {
          ApiServer api = serving.get();
          return api == null ? "the server is starting" : api.notReady(seam);
        };
    Supplier<String> warning =
        () -> {
          ApiServer api = serving.get();
          return api == null ? "" : api.warning();
        };
    try {
      return new OpsServer(
          options.metricsPort, metrics.registry(), notReady, warning, seam.threads().executor());
    } catch (IOException e) {
      throw new StartException(
          "cannot serve metrics on 127.0.0.1:" + options.metricsPort + ": " + e.getMessage());
    }
  }

  private static void listen(Server grpc, InetSocketAddress address) {
    try {
      grpc.start();
    } catch (IOException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new StartException("cannot listen on " + address + ": " + why);
    }
  }

  /**
   * No new calls; watches end so that clients resume; writes in progress finish; then the store
   * closes.
   */
  private static void stop(
      Server grpc, ApiServer api, HealthStatusManager health, OpsServer ops, OpenedStore store) {
    log.info("stopping");
    health.enterTerminalState();
    grpc.shutdown();
    api.endStreams();
    try {
      if (!grpc.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        grpc.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    api.close();
    store.close();
    ops.close();
    log.info("stopped");
  }
}
