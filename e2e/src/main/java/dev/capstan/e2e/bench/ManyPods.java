package dev.capstan.e2e.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tens of thousands of pods: how many a second, and does the last cost what the first did? */
final class ManyPods implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(20);

  /** Deployments the pods are spread over. */
  private static final int DEPLOYMENTS = 10;

  @Override
  public String name() {
    return "b";
  }

  @Override
  public String title() {
    return "30,000 pods on 1,000 nodes; 50,000 on 5,000";
  }

  @Override
  public void run(Run run) throws InterruptedException {
    run.condition("simulated start delay", "0 s");
    run.condition("pods", "by " + DEPLOYMENTS + " Deployments, created at once");
    for (int nodes : run.nodes(20, 1000, 5000)) {
      int pods = run.smoke() ? 500 : nodes >= 5000 ? 50_000 : 30 * nodes;
      Cluster cluster = run.cluster().startControlPlane();
      try (Observer observer = Observer.start(cluster.api(), run.seam())) {
        new Scenario(run, cluster, observer, nodes, pods).measure();
      } finally {
        cluster.close();
      }
    }
  }

  /** So many pods on so many nodes. */
  private static final class Scenario {
    private final Run run;
    private final Cluster cluster;
    private final Observer observer;
    private final int nodes;
    private final int pods;
    private final String label;
    private final Map<String, Figure> figures = new LinkedHashMap<>();

    Scenario(Run run, Cluster cluster, Observer observer, int nodes, int pods) {
      this.run = run;
      this.cluster = cluster;
      this.observer = observer;
      this.nodes = nodes;
      this.pods = pods;
      this.label = String.format(Locale.ROOT, "%,d pods on %,d nodes", pods, nodes);
    }

    void measure() throws InterruptedException {
      register();
      if (!run.smoke()) {
        round("first", " (first time)");
      }
      for (int i = 0; i < run.repeats(2); i++) {
        round("again-" + i, "");
      }
      cluster
          .usage()
          .peakBytes()
          .forEach((p, b) -> figure("peak memory: " + p, "MiB").add(b / 1048576.0));
      observer.check(run);
    }

    private Figure figure(String measure, String unit) {
      return figures.computeIfAbsent(measure, m -> run.report(Figure.of(label, m, unit)));
    }

    private void register() throws InterruptedException {
      Observer.Milestone all = observer.milestone("nodes", l -> l.readyNodes() == nodes);
      Stopwatch watch = run.stopwatch();
      cluster.startNodes(nodes);
      all.await(LIMIT);
      figure("register the nodes, from the kubelet's start", "s").add(watch.seconds());
      cluster.awaitReady(Cluster.NODES);
    }

    /**
     * All pods appear and vanish. The first time the processes have just started and their
     * compilers are at work; the goal is for what comes after it.
     */
    private void round(String name, String as) throws InterruptedException {
      String prefix = name + "-";
      Usage before = cluster.usage();
      Stopwatch watch = run.stopwatch();
      fill(prefix);
      double seconds = watch.seconds();
      Usage after = cluster.usage();
      Figure rate = figure("end to end" + as, "/s").add(pods / seconds);
      if (as.isEmpty() && nodes == 1000 && pods == 30_000) {
        rate.atLeast(3000).ofAnotherDay("Kubernetes 1.20.2, 3,000 pods: 64–86");
      }
      figure("all Running" + as, "s").add(seconds);
      onTheWay(prefix, as, watch);
      double thousands = pods / 1000.0;
      figure("CPU of the control plane for 1,000 pods" + as, "s")
          .add(after.controlPlaneCpuSince(before) / thousands);
      figure("of that, compiling Java" + as, "s")
          .add(after.controlPlaneCompilersSince(before) / thousands);
      after.cpuSince(before).forEach((p, s) -> figure("CPU of " + p + as, "s").add(s));
      Stopwatch down = run.stopwatch();
      empty(prefix);
      figure("all gone" + as, "s").add(down.seconds());
      run.progress(String.format(Locale.ROOT, "%s, %s: %.0f/s", label, name, pods / seconds));
    }

    private void fill(String prefix) throws InterruptedException {
      Workload workload = new Workload(cluster.api());
      List<Observer.Milestone> milestones = new ArrayList<>();
      int each = pods / DEPLOYMENTS;
      for (int i = 0; i < DEPLOYMENTS; i++) {
        milestones.add(
            observer.milestone("all Running", prefix + i, group -> group.running() == each));
      }
      for (int i = 0; i < DEPLOYMENTS; i++) {
        workload.run(prefix + i, each);
      }
      for (Observer.Milestone milestone : milestones) {
        milestone.await(LIMIT);
      }
    }

    private void empty(String prefix) throws InterruptedException {
      Observer.Milestone gone = observer.milestone("all gone", l -> l.existing() == 0);
      for (int i = 0; i < DEPLOYMENTS; i++) {
        new Workload(cluster.api()).delete(prefix + i);
      }
      gone.await(LIMIT);
    }

    /** How the rate changed on the way, and what each pod waited. */
    private void onTheWay(String prefix, String as, Stopwatch watch) {
      List<PodRecord> all = new ArrayList<>();
      for (int i = 0; i < DEPLOYMENTS; i++) {
        String app = prefix + i;
        all.addAll(observer.read(ledger -> List.copyOf(ledger.group(app).everCreated())));
      }
      double[] running =
          all.stream().mapToDouble(pod -> watch.secondsAt(pod.running)).sorted().toArray();
      double[] wait = all.stream().mapToDouble(pod -> (pod.running - pod.seen) / 1e6).toArray();
      int fifth = running.length / 5;
      figure("rate of the second fifth" + as, "/s")
          .add(fifth / (running[2 * fifth - 1] - running[fifth - 1]));
      figure("rate of the fourth fifth" + as, "/s")
          .add(fifth / (running[4 * fifth - 1] - running[3 * fifth - 1]));
      figure("pod exists → Running, p50" + as, "ms").add(Stats.percentile(wait, 0.5));
      figure("pod exists → Running, p99" + as, "ms").add(Stats.percentile(wait, 0.99));
      run.check(
          "exactly as many pods are created as asked for",
          Arrays.stream(running).allMatch(at -> at > 0)
              && running.length == pods
              && observer.read(Ledger::existing) == pods,
          running.length + " created, " + observer.read(Ledger::existing) + " exist");
    }
  }
}
