package dev.capstan.e2e.bench;

import dev.capstan.api.WellKnown;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.e2e.FreePorts;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls of the API beside an empty call: rate, latency, and what the server spends on each. */
final class ApiSpeed implements Benchmark {

  private static final int BATCH = 100;

  @Override
  public String name() {
    return "d";
  }

  @Override
  public String title() {
    return "API: create, get, update, list at 1, 16 and 64 clients, beside an empty call";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition(
        "objects", "ConfigMaps of 1 KiB; updates are merge patches, every 16th read back");
    double[] fsyncs =
        FsyncFloor.measure(run.settings().folder(), run.scaled(50, 1000), run.seam().clock());
    run.report(Figure.of("floor", "2 KiB durable, p50", "ms"))
        .add(Stats.percentile(fsyncs, 0.5) * 1000);
    run.report(Figure.of("floor", "2 KiB durable, p99", "ms"))
        .add(Stats.percentile(fsyncs, 0.99) * 1000);
    Cluster cluster = run.cluster().startServer();
    try {
      warmUp(run, cluster);
      List<Integer> numbers = run.smoke() ? List.of(1, 4) : List.of(1, 16, 64);
      for (int clients : numbers) {
        measure(run, cluster, clients);
      }
      underLoad(run, cluster, "1 client beside 4 writers", Duration.ZERO);
      underLoad(run, cluster, "1 client beside 4 writers that pause", Duration.ofMillis(20));
      lists(run, cluster);
    } finally {
      cluster.close();
    }
  }

  private static Duration length(Run run) {
    return Duration.ofMillis(run.scaled(300, 5000));
  }

  private static void warmUp(Run run, Cluster cluster) throws InterruptedException {
    try (ApiCalls calls = new ApiCalls(cluster, "warm-", 4)) {
      for (int i = 0; i < run.scaled(1, 3); i++) {
        Writers.run(run.seam(), 16, length(run), calls::create);
        Writers.run(run.seam(), 16, length(run), calls::get);
        Writers.run(run.seam(), 16, length(run), calls::update);
        Writers.run(run.seam(), 4, length(run), () -> calls.createBatch(BATCH));
      }
    }
    run.progress("warm");
  }

  private static void measure(Run run, Cluster cluster, int clients) throws InterruptedException {
    String label = clients == 1 ? "1 client" : clients + " clients";
    double echo = echo(run, cluster, clients, label);
    try (ApiCalls calls = new ApiCalls(cluster, "by-" + clients + "-", clients)) {
      Figure create = timed(run, cluster, clients, label, "create", 1, calls::create);
      Figure get = timed(run, cluster, clients, label, "get", 1, calls::get);
      Figure update = timed(run, cluster, clients, label, "update", 1, calls::update);
      Figure batch =
          timed(
              run,
              cluster,
              clients,
              label,
              "create by " + BATCH,
              BATCH,
              () -> calls.createBatch(BATCH));
      run.report(Figure.of(label, "get: share of the empty call's rate", "").moreIsBetter())
          .add(get.median() / echo);
      if (clients >= 16) {
        create.atLeast(5000).ofAnotherDay("Kubernetes 1.20.2, ConfigMap: 1,099–1,781");
        update.atLeast(5000).ofAnotherDay("Kubernetes 1.20.2, ConfigMap: 1,131–1,725");
        batch.atLeast(15_000);
        get.atLeast(0.6 * echo).ofAnotherDay("Kubernetes 1.20.2: 2,513–2,930");
      }
      run.check(
          "no read is older than a write acknowledged before",
          calls.stale() == 0,
          calls.stale() + " are");
      calls.check(run);
    }
    run.progress(label + ": measured");
  }

  /** Objects a second, latency of a call, and the CPU time of server and store for an object. */
  private static Figure timed(
      Run run,
      Cluster cluster,
      int clients,
      String label,
      String what,
      int objects,
      Writers.Deed deed)
      throws InterruptedException {
    Usage before = cluster.usage();
    Writers.Outcome outcome = Writers.run(run.seam(), clients, length(run), deed);
    Usage after = cluster.usage();
    Figure rate = run.report(Figure.of(label, what, "/s")).add(outcome.rate() * objects);
    Figure p50 = run.report(Figure.of(label, what + ", p50", "ms")).add(outcome.millis(0.5));
    run.report(Figure.of(label, what + ", p99", "ms")).add(outcome.millis(0.99));
    double micros = 1e6 / (outcome.count() * objects);
    after
        .cpuSince(before)
        .forEach((process, seconds) ->
            run.report(Figure.of(label, what + ", CPU of " + process, "µs")).add(seconds * micros));
    run.report(Figure.of(label, what + ", of that, compiling Java", "µs"))
        .add(after.compilersSince(before).getOrDefault(Cluster.API_SERVER, 0.0) * micros);
    if (clients == 1 && what.equals("create")) {
      p50.atMost(1.0).ofAnotherDay("Kubernetes 1.20.2: 2.4");
    }
    if (clients == 1 && what.equals("get")) {
      p50.atMost(0.7).ofAnotherDay("Kubernetes 1.20.2: 0.9");
    }
    return rate;
  }

  private static double echo(Run run, Cluster cluster, int clients, String label)
      throws InterruptedException {
    int port = FreePorts.next();
    ServerProcess server =
        ServerProcess.start(
            "echo-" + clients,
            cluster.folder(),
            Map.of(),
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EchoServer.class.getName(),
                String.valueOf(port)));
    Connection[] connections = new Connection[clients];
    for (int i = 0; i < clients; i++) {
      connections[i] =
          Connection.open(
              ConnectionOptions.of("127.0.0.1:" + port, cluster.readToken()), run.seam());
    }
    try {
      AtomicInteger turn = new AtomicInteger();
      Writers.Deed call =
          () ->
              ClientCalls.blockingUnaryCall(
                  connections[Math.floorMod(turn.getAndIncrement(), clients)].calls(),
                  EchoServer.METHOD,
                  CallOptions.DEFAULT.withWaitForReady(),
                  new byte[0]);
      Writers.run(run.seam(), 16, length(run), call);
      Writers.run(run.seam(), 16, length(run), call);
      double before = ProcFiles.cpuSeconds(server.pid());
      Writers.Outcome outcome = Writers.run(run.seam(), clients, length(run), call);
      double cpu = ProcFiles.cpuSeconds(server.pid()) - before;
      run.report(Figure.of(label, "empty call", "/s")).add(outcome.rate());
      run.report(Figure.of(label, "empty call, p50", "ms")).add(outcome.millis(0.5));
      run.report(Figure.of(label, "empty call, server's CPU", "µs"))
          .add(cpu * 1e6 / outcome.count());
      return outcome.rate();
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
      server.kill();
    }
  }

  /**
   * Reads beside writes: a write's answer serves a read that arrived before it was sent, as one
   * asked for on behalf of reads does.
   *
   * @param pause of each of the four writers after each write
   */
  private static void underLoad(Run run, Cluster cluster, String label, Duration pause)
      throws InterruptedException {
    String names = pause.toMillis() + "-";
    try (ApiCalls writers = new ApiCalls(cluster, "load-" + names, 4);
        ApiCalls reader = new ApiCalls(cluster, "read-" + names, 1)) {
      reader.create();
      writers.create();
      Writers.Deed write =
          () -> {
            writers.change();
            run.seam().clock().sleep(pause);
          };
      Thread load =
          run.seam()
              .threads()
              .start(
                  "load",
                  () -> {
                    try {
                      Writers.run(run.seam(), 4, length(run).multipliedBy(2), write);
                    } catch (InterruptedException e) {
                      throw new BenchmarkException("interrupted");
                    }
                  });
      Writers.Outcome outcome = Writers.run(run.seam(), 1, length(run), reader::get);
      load.join();
      run.report(Figure.of(label, "get, p50", "ms")).add(outcome.millis(0.5)).atMost(0.3);
      run.report(Figure.of(label, "get, p99", "ms")).add(outcome.millis(0.99));
    }
  }

  private static void lists(Run run, Cluster cluster) throws InterruptedException {
    int wanted = run.scaled(500, 10_000);
    String label = String.format(Locale.ROOT, "list of %,d pods", wanted);
    try (ApiCalls calls = new ApiCalls(cluster, "pods-", 1)) {
      calls.createPods(wanted);
    }
    Api api = cluster.api();
    Figure time = run.report(Figure.of(label, "time", "ms"));
    Figure memory = run.report(Figure.of(label, "server's memory above before", "MiB"));
    if (!run.smoke()) {
      time.atMost(200).ofAnotherDay("Kubernetes 1.20.2, 1,000 pods: 55");
    }
    long pid = cluster.process(Cluster.API_SERVER).pid();
    for (int i = 0; i < run.repeats(7) + 3; i++) {
      ProcFiles.resetPeak(pid);
      long before = ProcFiles.residentBytes(pid);
      Stopwatch watch = run.stopwatch();
      int found = api.pods().namespace(WellKnown.NAMESPACE_DEFAULT).list().items().size();
      double millis = watch.seconds() * 1000;
      run.check("a list is complete", found == wanted, found + " of " + wanted);
      if (i >= 3) {
        time.add(millis);
        memory.add((ProcFiles.peakBytes(pid) - before) / 1048576.0);
      }
    }
  }
}
