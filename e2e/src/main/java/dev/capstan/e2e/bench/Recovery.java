package dev.capstan.e2e.bench;

import com.google.protobuf.ByteString;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Secret;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How long something that failed is felt. What dies is started again at once, as
 * deploy/lib/supervise does.
 */
final class Recovery implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(10);

  /** What etcd may hold, and what the server is not told. */
  private static final long SMALL_QUOTA = 48L << 20;

  private static final int PIECE = 900_000;

  @Override
  public String name() {
    return "l";
  }

  @Override
  public String title() {
    return "recovery: kill -9 of the API server, a leader that stops, a full etcd, kill -9 of the engine";
  }

  @Override
  public void run(Run run) throws InterruptedException {
    run.condition("restart", "by the benchmark, at once after the kill");
    serverDies(run);
    leaderStops(run, Cluster.SCHEDULER, WellKnown.LEASE_SCHEDULER);
    leaderStops(run, Cluster.CONTROLLER_MANAGER, WellKnown.LEASE_CONTROLLER_MANAGER);
    if (run.settings().store() == Settings.Store.etcd) {
      storeIsFull(run);
    }
    if (EngineClient.isThere()) {
      EngineRecovery.measure(run);
    }
  }

  private static void serverDies(Run run) throws InterruptedException {
    String scenario = "kill -9 of the API server";
    Figure served =
        run.report(Figure.of(scenario, "from the kill to the first call served", "s")).atMost(2.5);
    Figure watched =
        run.report(Figure.of(scenario, "from then until every watcher is back", "s")).atMost(1);
    Cluster cluster = run.cluster().startControlPlane();
    try {
      cluster.startNodes(10);
      cluster.awaitReady(Cluster.NODES);
      new Workload(cluster.api()).run("web", run.scaled(10, 200));
      List<String> watchers = List.of(Cluster.SCHEDULER, Cluster.CONTROLLER_MANAGER, Cluster.NODES);
      for (int i = 0; i < run.repeats(5); i++) {
        run.seam().clock().sleep(Duration.ofSeconds(run.scaled(1, 5)));
        Stopwatch watch = run.stopwatch();
        cluster.kill(Cluster.API_SERVER);
        cluster.start(Cluster.API_SERVER);
        awaitCall(run, cluster);
        double first = watch.seconds();
        double last = first;
        for (String each : watchers) {
          last = Math.max(last, heardAgain(run, cluster, each, watch, first));
        }
        served.add(first);
        watched.add(last - first);
        run.progress("served after %.2f s, watched after %.2f s".formatted(first, last));
      }
    } finally {
      cluster.close();
    }
  }

  /** By connections of their own, so that no client's pause between tries is measured. */
  private static void awaitCall(Run run, Cluster cluster) throws InterruptedException {
    long deadline = run.seam().clock().deadline(LIMIT);
    while (true) {
      if (Net.accepts(cluster.port())) {
        try (Connection connection = cluster.connect()) {
          Api.of(connection).namespaces().get(WellKnown.NAMESPACE_DEFAULT);
          return;
        } catch (ApiException e) {
          run.progress("not yet: " + e.getMessage());
        }
      }
      if (run.seam().clock().nanoTime() - deadline >= 0) {
        throw new BenchmarkException("the API server does not serve again");
      }
      run.seam().clock().sleep(LOOK);
    }
  }

  /** When a process heard of the new server for the first time, in seconds of the watch. */
  private static double heardAgain(
      Run run, Cluster cluster, String process, Stopwatch watch, double served)
      throws InterruptedException {
    long deadline = run.seam().clock().deadline(LIMIT);
    while (run.seam().clock().nanoTime() - deadline < 0) {
      double heard = watch.seconds() - cluster.metric(process, "capstan_informer_age_seconds");
      // The old server's last frame came before the new one served.
      if (heard > Math.max(0.2, served - 1)) {
        return heard;
      }
      run.seam().clock().sleep(LOOK);
    }
    throw new BenchmarkException(process + " does not watch again");
  }

  private static void leaderStops(Run run, String room, String lease) throws InterruptedException {
    Figure taken =
        run.report(
                Figure.of(
                    "SIGSTOP of the leading " + room, "until the other one holds the lease", "s"))
            .atMost(10);
    for (int i = 0; i < run.repeats(3); i++) {
      Cluster cluster = run.cluster().startControlPlane();
      try {
        String other = room + "-2";
        cluster.start(other, room);
        cluster.awaitReady(other);
        // In the middle of a leader's life, when both have renewed and looked for a while.
        run.seam().clock().sleep(Duration.ofSeconds(run.scaled(1, 10)));
        String leader = holder(cluster, lease);
        Stopwatch watch = run.stopwatch();
        ServerProcess leading = cluster.process(leader.startsWith(other) ? other : room);
        leading.suspend();
        long deadline = run.seam().clock().deadline(LIMIT);
        while (holder(cluster, lease).equals(leader)) {
          if (run.seam().clock().nanoTime() - deadline >= 0) {
            throw new BenchmarkException("nobody else leads");
          }
          run.seam().clock().sleep(LOOK);
        }
        taken.add(watch.seconds());
        run.progress("%s: taken over after %.2f s".formatted(room, watch.seconds()));
        leading.resume();
      } finally {
        cluster.close();
      }
    }
  }

  private static String holder(Cluster cluster, String lease) throws InterruptedException {
    return cluster
        .api()
        .leases()
        .namespace(WellKnown.NAMESPACE_SYSTEM)
        .get(lease)
        .getSpec()
        .getHolderIdentity();
  }

  /** The server believes that there is room, until etcd raises its alarm. */
  private static void storeIsFull(Run run) throws InterruptedException {
    Figure writes =
        run.report(
                Figure.of(
                    "etcd has raised NOSPACE", "from the last delete to the first write", "s"))
            .atMost(30);
    for (int i = 0; i < run.repeats(3); i++) {
      Cluster cluster = run.cluster().empty();
      try {
        cluster.launchStore(Map.of("CAPSTAN_ETCD_QUOTA", Long.toString(SMALL_QUOTA)));
        cluster.awaitStore();
        cluster.start(Cluster.API_SERVER);
        cluster.awaitReady(Cluster.API_SERVER);
        Resource<Secret> secrets = cluster.api().secrets().namespace(WellKnown.NAMESPACE_DEFAULT);
        int written = fill(run, secrets);
        for (int each = 0; each < written; each++) {
          secrets.delete("piece-" + each);
        }
        Stopwatch watch = run.stopwatch();
        while (!write(run, secrets, "again", 10)) {
          if (watch.seconds() > LIMIT.toSeconds()) {
            throw new BenchmarkException("no writes after the alarm");
          }
          run.seam().clock().sleep(Duration.ofMillis(100));
        }
        writes.add(watch.seconds());
        run.progress("writes again after %.2f s".formatted(watch.seconds()));
      } finally {
        cluster.close();
      }
    }
  }

  private static int fill(Run run, Resource<Secret> secrets) throws InterruptedException {
    int most = (int) (2 * SMALL_QUOTA / PIECE);
    for (int i = 0; i < most; i++) {
      if (!write(run, secrets, "piece-" + i, PIECE)) {
        return i;
      }
    }
    throw new BenchmarkException("etcd takes more than its quota");
  }

  private static boolean write(Run run, Resource<Secret> secrets, String name, int bytes)
      throws InterruptedException {
    RandomGenerator random = run.seam().random();
    byte[] piece = new byte[bytes];
    random.nextBytes(piece);
    Secret.Builder secret = Secret.newBuilder().putData("piece", ByteString.copyFrom(piece));
    secret.getMetadataBuilder().setName(name);
    try {
      secrets.create(secret.build());
      return true;
    } catch (ApiException.Exhausted e) {
      return false;
    }
  }
}
