package dev.capstan.e2e.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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
        measure(run, cluster, observer, nodes, pods);
      } finally {
        cluster.close();
      }
    }
  }

  private static void measure(Run run, Cluster cluster, Observer observer, int nodes, int pods)
      throws InterruptedException {
    String label = String.format(Locale.ROOT, "%,d pods on %,d nodes", pods, nodes);
    register(run, cluster, observer, nodes, label);
    for (int i = 0; i < run.scaled(0, 4); i++) {
      fill(cluster, observer, "warm-up-" + i + "-", 2000);
      empty(cluster, observer, "warm-up-" + i + "-");
    }
    run.progress(label + ": warm");
    Usage before = cluster.usage();
    Stopwatch watch = run.stopwatch();
    fill(cluster, observer, "pods-", pods);
    double seconds = watch.seconds();
    Usage after = cluster.usage();
    Figure rate = run.report(Figure.of(label, "end to end", "/s")).add(pods / seconds);
    if (nodes == 1000 && pods == 30_000) {
      rate.atLeast(3000).beside("Kubernetes 1.20.2, 3,000 pods: 64–86");
    }
    run.report(Figure.of(label, "all Running", "s")).add(seconds);
    report(run, cluster, observer, label, watch);
    double cpu = after.controlPlaneCpuSince(before);
    run.report(Figure.of(label, "CPU of the control plane for 1,000 pods", "s"))
        .add(cpu * 1000 / pods);
    after
        .cpuSince(before)
        .forEach((p, s) -> run.report(Figure.of(label, "CPU of " + p, "s")).add(s));
    Stopwatch down = run.stopwatch();
    empty(cluster, observer, "pods-");
    run.report(Figure.of(label, "all gone", "s")).add(down.seconds());
    observer.check(run);
  }

  private static void register(Run run, Cluster cluster, Observer observer, int nodes, String label)
      throws InterruptedException {
    Observer.Milestone all = observer.milestone("nodes", l -> l.readyNodes() == nodes);
    Stopwatch watch = run.stopwatch();
    cluster.startNodes(nodes);
    all.await(LIMIT);
    run.report(Figure.of(label, "register the nodes, from the kubelet's start", "s"))
        .add(watch.seconds());
    cluster.awaitReady(Cluster.NODES);
  }

  private static void fill(Cluster cluster, Observer observer, String prefix, int pods)
      throws InterruptedException {
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

  private static void empty(Cluster cluster, Observer observer, String prefix)
      throws InterruptedException {
    Observer.Milestone gone = observer.milestone("all gone", l -> l.existing() == 0);
    for (int i = 0; i < DEPLOYMENTS; i++) {
      new Workload(cluster.api()).delete(prefix + i);
    }
    gone.await(LIMIT);
  }

  /** How the rate changed on the way, and what each pod waited. */
  private static void report(
      Run run, Cluster cluster, Observer observer, String label, Stopwatch watch) {
    List<PodRecord> all = new ArrayList<>();
    for (int i = 0; i < DEPLOYMENTS; i++) {
      String app = "pods-" + i;
      all.addAll(observer.read(ledger -> List.copyOf(ledger.group(app).everCreated())));
    }
    double[] running =
        all.stream().mapToDouble(pod -> watch.secondsAt(pod.running)).sorted().toArray();
    double[] wait = all.stream().mapToDouble(pod -> (pod.running - pod.seen) / 1e6).toArray();
    int fifth = running.length / 5;
    double second = fifth / (running[2 * fifth - 1] - running[fifth - 1]);
    double fourth = fifth / (running[4 * fifth - 1] - running[3 * fifth - 1]);
    run.report(Figure.of(label, "rate of the second fifth", "/s")).add(second);
    run.report(Figure.of(label, "rate of the fourth fifth", "/s")).add(fourth);
    run.report(Figure.of(label, "pod exists → Running, p50", "ms"))
        .add(Stats.percentile(wait, 0.5));
    run.report(Figure.of(label, "pod exists → Running, p99", "ms"))
        .add(Stats.percentile(wait, 0.99));
    run.check(
        "exactly as many pods are created as asked for",
        Arrays.stream(running).allMatch(at -> at > 0)
            && observer.read(Ledger::existing) == running.length,
        running.length + " created, " + observer.read(Ledger::existing) + " exist");
    cluster
        .usage()
        .peakBytes()
        .forEach(
            (p, b) -> run.report(Figure.of(label, "peak memory: " + p, "MiB")).add(b / 1048576.0));
  }
}
