package dev.capstan.controller;

import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.client.ops.ClientOptions;
import dev.capstan.client.ops.OpsServer;
import dev.capstan.controller.nodelifecycle.NodeTiming;
import dev.capstan.seam.LeanHeap;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The controller-manager's process. */
@Command(
    name = "capstan-controller-manager",
    description = "Runs the controllers.",
    mixinStandardHelpOptions = true,
    version = "capstan-controller-manager " + ConnectionOptions.VERSION,
    showDefaultValues = true)
public final class Main implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  @Mixin private final ClientOptions client = new ClientOptions(7603);

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Name among the candidates for leadership. Default: a random one.")
  private @Nullable String id;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Objects each controller works on at once.")
  private int workers = 8;

  @Option(
      names = "--node-grace",
      paramLabel = "SECONDS",
      description = "Silent for this long a node's state is unknown.")
  private long nodeGrace = NodeTiming.DEFAULT.grace().toSeconds();

  @Option(
      names = "--node-eviction",
      paramLabel = "SECONDS",
      description = "Silent for this much longer its pods are moved.")
  private long nodeEviction = NodeTiming.DEFAULT.eviction().toSeconds();

  @Option(
      names = "--node-quarantine",
      paramLabel = "SECONDS",
      description = "Pods of a node that does not exist are collected after this time.")
  private long nodeQuarantine = NodeTiming.DEFAULT.quarantine().toSeconds();

  @Option(
      names = "--node-probe",
      paramLabel = "SECONDS",
      description = "Between checks that the own view is fresh.")
  private long nodeProbe = NodeTiming.DEFAULT.probe().toSeconds();

  @Option(
      names = "--node-gap",
      paramLabel = "SECONDS",
      description = "After not having seen for this long silence is counted anew.")
  private long nodeGap = NodeTiming.DEFAULT.gap().toSeconds();

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return serve();
    } catch (IOException e) {
      log.error("{}", e.getMessage());
      return 1;
    }
  }

  private int serve() throws IOException, InterruptedException {
    Seam seam = Seam.system();
    LeanHeap.tend(seam);
    PrometheusRegistry registry = new PrometheusRegistry();
    CountDownLatch stopped = new CountDownLatch(1);
    Connection connection = Connection.open(client.connection(), seam);
    ControllerOptions options = options(seam);
    ControllerManager manager = new ControllerManager(connection, options, registry);
    OpsServer ops = client.ops(manager.readiness(), registry, seam);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(manager, connection, ops), "stop"));
    log.info("{} watches {}; metrics on port {}", options.identity(), client.server(), ops.port());
    connection.awaitServer();
    manager.start();
    stopped.await();
    return 0;
  }

  private ControllerOptions options(Seam seam) {
    NodeTiming nodes =
        new NodeTiming(
            Duration.ofSeconds(nodeGrace),
            Duration.ofSeconds(nodeEviction),
            Duration.ofSeconds(nodeQuarantine),
            Duration.ofSeconds(nodeProbe),
            Duration.ofSeconds(nodeGap));
    String identity = id == null ? "controller-manager-" + seam.newUid() : id;
    return new ControllerOptions(identity, LeaderElection.Timing.DEFAULT, nodes, workers);
  }

  private static void stop(ControllerManager manager, Connection connection, OpsServer ops) {
    try {
      manager.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
    ops.close();
  }
}
