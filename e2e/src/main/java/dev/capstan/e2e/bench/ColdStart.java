package dev.capstan.e2e.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * From nothing to the first pod: all processes at once, as after a power cut; the Deployment is
 * made as soon as the API server says that it is ready.
 */
final class ColdStart implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String APP = "first";

  @Override
  public String name() {
    return "j";
  }

  @Override
  public String title() {
    return "cold start: from no process at all to the first pod Running";
  }

  @Override
  public void run(Run run) throws InterruptedException {
    run.condition("node", "one, simulated; start delay 0 s");
    run.condition(
        "first", "the files may come from the disk; later starts find them in the page cache");
    start(run, new Figures(run, "first start"));
    Figures again = new Figures(run, "started again");
    for (int i = 0; i < run.repeats(5); i++) {
      start(run, again);
    }
  }

  private static void start(Run run, Figures figures) throws InterruptedException {
    Cluster cluster = run.cluster().empty();
    try {
      Stopwatch watch = run.stopwatch();
      cluster.launchStore();
      cluster.start(Cluster.API_SERVER);
      cluster.start(Cluster.SCHEDULER);
      cluster.start(Cluster.CONTROLLER_MANAGER);
      cluster.startNodes(1);
      cluster.awaitStore();
      figures.store.add(watch.seconds());
      cluster.awaitReady(Cluster.API_SERVER);
      figures.server.add(watch.seconds());
      try (Observer observer = Observer.start(cluster.api(), run.seam())) {
        Observer.Milestone running = observer.milestone("Running", APP, g -> g.running() == 1);
        new Workload(cluster.api()).run(APP, 1);
        double pod = watch.secondsAt(running.await(LIMIT));
        figures.pod.add(pod);
        cluster.awaitReady(Cluster.SCHEDULER);
        cluster.awaitReady(Cluster.CONTROLLER_MANAGER);
        cluster.awaitReady(Cluster.NODES);
        figures.ready.add(watch.seconds());
        observer.check(run);
        run.progress(String.format(Locale.ROOT, "first pod Running after %.2f s", pod));
      }
    } finally {
      cluster.close();
    }
  }

  private record Figures(Figure store, Figure server, Figure pod, Figure ready) {

    Figures(Run run, String scenario) {
      this(
          run.report(Figure.of(scenario, "the store answers", "s")),
          run.report(Figure.of(scenario, "the API server is ready", "s")),
          run.report(Figure.of(scenario, "the first pod is Running", "s"))
              .atMost(3)
              .ofAnotherDay("Kubernetes 1.20.2 on etcd 3.4.23: 6.7–7.6"),
          run.report(Figure.of(scenario, "every process says that it is ready", "s")));
    }
  }
}
