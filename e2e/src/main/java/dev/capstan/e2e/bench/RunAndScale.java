package dev.capstan.e2e.bench;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ListOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** run 1000 → scale 2000 → scale 0, and 3,000 in one go. */
final class RunAndScale implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Rounds that are not measured, after the first, which is reported as cold. */
  private static final int WARM_UPS = 3;

  @Override
  public String name() {
    return "a";
  }

  @Override
  public String title() {
    return "run 1000, scale 2000, scale 0; 3,000 in one go; registering nodes";
  }

  @Override
  public void run(Run run) throws InterruptedException {
    run.condition("simulated start delay", "0 s");
    run.condition("until", "seen by a client that watches all pods");
    for (int nodes : run.nodes(20, 100, 1000)) {
      Cluster cluster = run.cluster().startControlPlane();
      try {
        new Scenario(run, cluster, nodes).measure();
      } finally {
        cluster.close();
      }
    }
  }

  /** All measurements on one cluster. */
  private static final class Scenario {
    private final Run run;
    private final Cluster cluster;
    private final int nodes;
    private final String label;
    private final int thousand;
    private final Workload workload;
    private final Map<String, Figure> figures = new LinkedHashMap<>();

    Scenario(Run run, Cluster cluster, int nodes) {
      this.run = run;
      this.cluster = cluster;
      this.nodes = nodes;
      this.label = String.format(Locale.ROOT, "%,d nodes", nodes);
      this.thousand = run.scaled(100, 1000);
      this.workload = new Workload(cluster.api());
    }

    void measure() throws InterruptedException {
      try (Observer observer = Observer.start(cluster.api(), run.seam())) {
        register(observer);
        round(observer, "cold", " (cold)");
        for (int i = 0; i < run.scaled(0, WARM_UPS); i++) {
          round(observer, "warm-up-" + i, null);
        }
        for (int i = 0; i < run.repeats(3); i++) {
          round(observer, "warm-" + i, "");
          burst(observer, "burst-" + i);
        }
        observer.check(run);
        peaks();
      }
    }

    private void register(Observer observer) throws InterruptedException {
      Observer.Milestone first = observer.milestone("a node", l -> l.readyNodes() > 0);
      Observer.Milestone all = observer.milestone("all nodes", l -> l.readyNodes() == nodes);
      Stopwatch watch = run.stopwatch();
      cluster.startNodes(nodes);
      double firstAt = watch.secondsAt(first.await(LIMIT));
      double allAt = watch.secondsAt(all.await(LIMIT));
      cluster.awaitReady(Cluster.NODES);
      figure("register: from the kubelet's start", "s").add(allAt);
      Figure figure = figure("register: from the first ready node", "s").add(allAt - firstAt);
      if (nodes == 1000) {
        figure.atMost(1.5).ofAnotherDay("Kubernetes 1.20.2: 10.9");
      }
      run.progress(label + ": registered in " + ReportText.number(allAt) + " s");
    }

    /** run N → scale 2N → scale 0; not reported if the suffix is null. */
    private void round(Observer observer, String app, @Nullable String as)
        throws InterruptedException {
      int n = thousand;
      Phase up = new Phase(observer, app, n);
      up.measure(() -> workload.run(app, n));
      Phase more = new Phase(observer, app, 2 * n);
      more.measure(() -> workload.scale(app, 2 * n));
      Phase down = new Phase(observer, app, 0);
      down.measure(() -> workload.scale(app, 0));
      int created = observer.read(l -> l.group(app).everCreated().size());
      run.check(
          "exactly as many pods are created as asked for", created == 2 * n, app + " " + created);
      clean(observer, app);
      if (as != null) {
        up.report("run " + n + as);
        more.report("scale " + 2 * n + as);
        down.report("scale 0" + as);
      }
      run.progress(
          String.format(
              Locale.ROOT,
              "%s, %s: run %.2f s, scale %.2f s, to 0 %.2f s",
              label,
              app,
              up.running,
              more.running,
              down.running));
    }

    private void burst(Observer observer, String app) throws InterruptedException {
      Phase up = new Phase(observer, app, 3 * thousand);
      up.measure(() -> workload.run(app, 3 * thousand));
      up.report(3 * thousand + " in one go");
      run.progress(String.format(Locale.ROOT, "%s, %s: %.2f s", label, app, up.running));
      clean(observer, app);
    }

    private void clean(Observer observer, String app) throws InterruptedException {
      Observer.Milestone gone = observer.milestone("gone", app, PodGroup::gone);
      workload.delete(app);
      gone.await(LIMIT);
    }

    private void peaks() {
      Usage usage = cluster.usage();
      usage
          .peakBytes()
          .forEach((p, bytes) -> figure("peak memory: " + p, "MiB").add(bytes / 1048576.0));
    }

    private Figure figure(String measure, String unit) {
      return figures.computeIfAbsent(measure, m -> run.report(Figure.of(label, m, unit)));
    }

    /** From a wish to its fulfilment. */
    private final class Phase {
      private final Observer observer;
      private final String app;
      private final int target;
      private final int from;
      private int to;
      private final Map<String, Double> moments = new LinkedHashMap<>();
      private double running;
      private double controlPlaneCpu;
      private double compilers;
      private Map<String, Double> cpu = Map.of();

      Phase(Observer observer, String app, int target) {
        this.observer = observer;
        this.app = app;
        this.target = target;
        this.from = created();
      }

      private int created() {
        return observer.read(l -> l.group(app).everCreated().size());
      }

      void measure(Wish wish) throws InterruptedException {
        Map<String, Observer.Milestone> milestones = new LinkedHashMap<>();
        if (target > 0) {
          milestones.put("all exist", observer.milestone("exist", app, g -> g.active() == target));
          milestones.put("all bound", observer.milestone("bound", app, g -> g.bound() == target));
          milestones.put(
              "all Running", observer.milestone("Running", app, g -> g.running() == target));
        } else {
          milestones.put("all gone", observer.milestone("gone", app, g -> g.existing() == 0));
        }
        milestones.put(
            "Deployment says so",
            observer.milestone("says so", app, g -> g.deploymentSays(target)));
        Usage before = cluster.usage();
        Stopwatch watch = run.stopwatch();
        wish.make();
        for (var each : milestones.entrySet()) {
          moments.put(each.getKey(), watch.secondsAt(each.getValue().await(LIMIT)));
        }
        running = moments.getOrDefault(target > 0 ? "all Running" : "all gone", 0.0);
        Usage after = cluster.usage();
        cpu = after.cpuSince(before);
        compilers = after.controlPlaneCompilersSince(before);
        controlPlaneCpu = after.controlPlaneCpuSince(before);
        to = created();
        checkList();
      }

      /** A list is never staler than what the watch has shown. */
      private void checkList() throws InterruptedException {
        Api api = cluster.api();
        List<Pod> pods =
            api.pods()
                .namespace(WellKnown.NAMESPACE_DEFAULT)
                .list(ListOptions.labels("app=" + app))
                .items();
        long live = pods.stream().filter(p -> p.getStatus().getPhase().equals("Running")).count();
        run.check(
            "a list shows what the watch showed",
            live == target && pods.size() == target,
            app + ": " + pods.size() + " pods, " + live + " running, not " + target);
      }

      void report(String what) {
        moments.forEach((moment, seconds) ->
            goal(what, moment, figure(what + ": " + moment, "s").add(seconds)));
        if (target > 0) {
          double[] millis =
              observer.read(l -> l.group(app).millisBetween(from, to, p -> p.seen, p -> p.running));
          figure(what + ": pods a second", "/s").add(millis.length / running);
          figure(what + ": pod exists → Running, p50", "ms").add(Stats.percentile(millis, 0.5));
          figure(what + ": pod exists → Running, p99", "ms").add(Stats.percentile(millis, 0.99));
        }
        Figure all = figure(what + ": CPU of the control plane", "s").add(controlPlaneCpu);
        figure(what + ": of that, compiling Java", "s").add(compilers);
        if (what.equals("run 1000") && nodes == 100) {
          all.atMost(1.5).ofAnotherDay("Kubernetes 1.20.2: 9.0");
        }
        cpu.forEach((process, s) -> figure(what + ": CPU of " + process, "s").add(s));
      }

      private void goal(String what, String moment, Figure figure) {
        String key = what + ", " + moment + ", " + nodes;
        switch (key) {
          case "run 1000, all Running, 100" ->
              figure.atMost(1.0).ofAnotherDay("Kubernetes 1.20.2: 5.0");
          case "run 1000, all Running, 1000" ->
              figure.atMost(1.2).ofAnotherDay("Kubernetes 1.20.2: 15.7");
          case "scale 2000, all Running, 100" ->
              figure.atMost(1.0).ofAnotherDay("Kubernetes 1.20.2: 4.9");
          case "scale 2000, all Running, 1000" ->
              figure.atMost(1.2).ofAnotherDay("Kubernetes 1.20.2: 13.6");
          case "scale 0, all gone, 100" ->
              figure.atMost(1.5).ofAnotherDay("Kubernetes 1.20.2: 6.2");
          case "scale 0, all gone, 1000" ->
              figure.atMost(1.5).ofAnotherDay("Kubernetes 1.20.2: 8.7");
          case "3000 in one go, all Running, 100" ->
              figure.atMost(2.5).ofAnotherDay("Kubernetes 1.20.2: 14.7");
          case "3000 in one go, all Running, 1000" ->
              figure.atMost(3).ofAnotherDay("Kubernetes 1.20.2: 35.1");
          default -> {}
        }
      }
    }
  }

  /** Something that is asked of the cluster. */
  private interface Wish {
    void make() throws InterruptedException;
  }
}
