package dev.capstan.scheduler;

import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.client.ops.ClientOptions;
import dev.capstan.client.ops.OpsServer;
import dev.capstan.seam.LeanHeap;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The scheduler's process. */
@Command(
    name = "capstan-scheduler",
    description = "Places pods on nodes.",
    mixinStandardHelpOptions = true,
    version = "capstan-scheduler " + ConnectionOptions.VERSION,
    showDefaultValues = true)
public final class Main implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  @Mixin private final ClientOptions client = new ClientOptions(7602);

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Name among the candidates for leadership. Default: a random one.")
  private @Nullable String id;

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
    String identity = id == null ? "scheduler-" + seam.newUid() : id;
    PrometheusRegistry registry = new PrometheusRegistry();
    CountDownLatch stopped = new CountDownLatch(1);
    Connection connection = Connection.open(client.connection(), seam);
    Scheduler scheduler =
        new Scheduler(connection, identity, LeaderElection.Timing.DEFAULT, registry);
    OpsServer ops = client.ops(scheduler.readiness(), registry, seam);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(scheduler, connection, ops), "stop"));
    log.info("{} watches {}; metrics on port {}", identity, client.server(), ops.port());
    connection.awaitServer();
    scheduler.start();
    stopped.await();
    return 0;
  }

  private static void stop(Scheduler scheduler, Connection connection, OpsServer ops) {
    try {
      scheduler.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
    ops.close();
  }
}
