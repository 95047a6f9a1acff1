package dev.capstan.e2e.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Watches: how late what was written comes to many watchers, and what a watcher costs. */
final class WatchSpeed implements Benchmark {

  @Override
  public String name() {
    return "e";
  }

  @Override
  public String title() {
    return "watch: 1,000 full watchers at 10 events/s; 1,000 by node and 10 full at 1,000/s";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition("write → watcher", "from the sending of the write; all watchers in one process");
    run.condition(
        "commit → watcher", "from when a watch of etcd itself, in that process, hears it");
    int thousand = run.scaled(100, 1000);
    everybody(run, thousand);
    byNode(run, thousand);
  }

  private static Duration length(Run run) {
    return Duration.ofSeconds(run.scaled(2, 15));
  }

  private static void everybody(Run run, int watchers) throws InterruptedException, IOException {
    String scenario = watchers + " full watchers, 10 changes/s, one a write";
    Cluster cluster = run.cluster().startServer();
    try (FanOut fan = new FanOut(run, cluster, 100)) {
      double before = liveHeap(run, cluster);
      fan.watchAll(watchers);
      fan.awaitOpen();
      memory(run, scenario, watchers, liveHeap(run, cluster) - before);
      if (run.settings().store() == Settings.Store.etcd) {
        try (Commits commits = Commits.of(run, cluster)) {
          measure(run, cluster, fan, scenario, 1, 40, 10);
          double[] delays = fan.delaysOfFull(commits.nanos());
          figures(run, scenario, "commit → a full watcher", delays).atMost(15);
        }
      } else {
        measure(run, cluster, fan, scenario, 1, 40, 10);
      }
      figures(run, scenario, "write → a full watcher", fan.delaysOfFull())
          .ofAnotherDay("Kubernetes 1.20.2: 53–56");
    } finally {
      cluster.close();
    }
  }

  private static void byNode(Run run, int watchers) throws InterruptedException, IOException {
    int rate = run.scaled(200, 1000);
    String scenario =
        watchers + " watchers by node, 10 full, 10 slow, " + rate + " changes/s, 10 a write";
    Cluster cluster = run.cluster().startServer();
    try (FanOut fan = new FanOut(run, cluster, watchers)) {
      double before = liveHeap(run, cluster);
      fan.watchNodes(watchers);
      fan.awaitOpen();
      memory(run, scenario, watchers, liveHeap(run, cluster) - before);
      fan.watchAll(10);
      fan.watchSlowly(10);
      fan.awaitOpen();
      measure(run, cluster, fan, scenario, 10, rate, rate);
      figures(run, scenario, "write → a watcher by node", fan.delaysOfIndexed()).atMost(30);
      figures(run, scenario, "write → a full watcher", fan.delaysOfFull()).atMost(30);
      fan.checkSlow();
    } finally {
      cluster.close();
    }
  }

  private static void measure(
      Run run, Cluster cluster, FanOut fan, String scenario, int atOnce, int warmUpRate, int rate)
      throws InterruptedException {
    fan.write(atOnce, warmUpRate, Duration.ofSeconds(run.scaled(1, 10)), false);
    long deliveredBefore = fan.delivered();
    Usage before = cluster.usage();
    Stopwatch watch = run.stopwatch();
    fan.write(atOnce, rate, length(run), true);
    double seconds = watch.seconds();
    Usage after = cluster.usage();
    double delivered = fan.delivered() - deliveredBefore;
    double cpu = after.cpuSince(before).getOrDefault(Cluster.API_SERVER, 0.0);
    run.report(Figure.of(scenario, "changes delivered", "/s")).add(delivered / seconds);
    run.report(Figure.of(scenario, "CPU of the API server a delivery", "µs"))
        .add(cpu / delivered * 1e6);
    run.report(Figure.of(scenario, "CPU of the API server, of one core", "%"))
        .add(100 * cpu / seconds);
    run.report(Figure.of(scenario, "latest a write was sent behind its time", "ms"))
        .add(fan.slip() * 1000);
    double[] acknowledged = fan.acknowledgements();
    run.report(Figure.of(scenario, "write → acknowledged, p50", "ms"))
        .add(1000 * Stats.percentile(acknowledged, 0.5));
    run.report(Figure.of(scenario, "write → acknowledged, p99", "ms"))
        .add(1000 * Stats.percentile(acknowledged, 0.99));
    run.report(Figure.of(scenario, "peak memory of the API server", "MiB"))
        .add(after.peakBytes().getOrDefault(Cluster.API_SERVER, 0L) / 1048576.0);
    fan.check();
    run.progress(scenario + ": " + Math.round(delivered / seconds) + " deliveries/s");
  }

  /** The figure of p99. */
  private static Figure figures(Run run, String scenario, String what, double[] delays) {
    run.check("deliveries were timed", delays.length > 0, "none");
    run.report(Figure.of(scenario, what + ", p50", "ms")).add(1000 * Stats.percentile(delays, 0.5));
    return run.report(Figure.of(scenario, what + ", p99", "ms"))
        .add(1000 * Stats.percentile(delays, 0.99));
  }

  private static void memory(Run run, String scenario, int watchers, double bytes) {
    run.report(Figure.of(scenario, "heap of the API server a watcher", "KiB"))
        .add(bytes / watchers / 1024);
  }

  /** What the API server's objects take once garbage is collected, in bytes. */
  private static double liveHeap(Run run, Cluster cluster)
      throws InterruptedException, IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String pid = String.valueOf(cluster.process(Cluster.API_SERVER).pid());
    Command histogram = Command.run(List.of(jcmd, pid, "GC.class_histogram"), Map.of(), run.seam());
    return histogram
        .out()
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToDouble(line -> Double.parseDouble(line.trim().split(" +")[2]))
        .findFirst()
        .orElseThrow(() -> new BenchmarkException("no histogram: " + histogram.err()));
  }
}
