package dev.capstan.e2e.bench;

import dev.capstan.api.v1.Pod;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Pods wait; then the scheduler's process is started, and binds them over the API. */
final class SchedulerLast {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Run run;
  private final int nodes;
  private final int pods;
  private final PodMix mix;
  private final String scenario;

  SchedulerLast(Run run, int nodes, int pods, PodMix mix) {
    this.run = run;
    this.nodes = nodes;
    this.pods = pods;
    this.mix = mix;
    this.scenario = String.format(Locale.ROOT, "started last, %,d nodes, %s", nodes, mix.words());
  }

  void measure() throws InterruptedException {
    Cluster cluster = run.cluster().startServer();
    try (Observer observer = Observer.start(cluster.api(), run.seam())) {
      write(cluster);
      Observer.Milestone first = observer.milestone("a pod bound", "pending", g -> g.bound() > 0);
      Observer.Milestone all = observer.milestone("all bound", "pending", g -> g.bound() == pods);
      Usage before = cluster.usage();
      Stopwatch watch = run.stopwatch();
      cluster.start(Cluster.SCHEDULER);
      double firstAt = watch.secondsAt(first.await(LIMIT));
      double allAt = watch.secondsAt(all.await(LIMIT));
      Usage after = cluster.usage();
      report(firstAt, allAt);
      after
          .cpuSince(before)
          .forEach((p, s) -> run.report(Figure.of(scenario, "CPU of " + p, "s")).add(s));
      observer.check(run);
      check(cluster);
    } finally {
      cluster.close();
    }
  }

  private void report(double firstAt, double allAt) {
    Figure rate =
        run.report(Figure.of(scenario, "bound, from the first to the last (cold)", "pods/s"))
            .add(pods / Math.max(allAt - firstAt, 0.001));
    if (nodes == 500) {
      rate.ofAnotherDay("Kubernetes 1.20.2, 500 nodes, raised: 427");
    } else if (nodes == 1000) {
      rate.ofAnotherDay("Kubernetes 1.20.2, 1,000 nodes, raised: 158–229");
    }
    run.report(Figure.of(scenario, "from the scheduler's start", "s")).add(allAt);
    run.progress(String.format(Locale.ROOT, "%s: %.2f s, first %.2f s", scenario, allAt, firstAt));
  }

  private void write(Cluster cluster) throws InterruptedException {
    Batch batch = cluster.api().batch();
    IntStream.range(0, nodes).forEach(i -> batch.create(ObjectType.NODE, PodMix.node(i)));
    IntStream.range(0, pods).forEach(i -> batch.create(ObjectType.POD, mix.pod(i)));
    List<Batch.Result> results = batch.send();
    long refused = results.stream().filter(result -> !result.ok()).count();
    String why =
        results.stream()
            .flatMap(r -> r.error().stream())
            .map(String::valueOf)
            .findFirst()
            .orElse("");
    run.check("all nodes and pods are there before", refused == 0, refused + " refused: " + why);
    // The status is no part of a create.
    Batch statuses = cluster.api().batch();
    for (var node : cluster.api().nodes().list().items()) {
      int index = Integer.parseInt(node.getMetadata().getName().replace("node-", ""));
      statuses.updateStatus(
          ObjectType.NODE, node.toBuilder().setStatus(PodMix.node(index).getStatus()).build());
    }
    run.check(
        "all nodes are ready before", statuses.send().stream().allMatch(Batch.Result::ok), "no");
  }

  private void check(Cluster cluster) throws InterruptedException {
    Placements placements =
        new Placements(IntStream.range(0, nodes).mapToObj(PodMix::node).toList());
    for (Pod pod : cluster.api().pods().list().items()) {
      placements.place(pod, pod.getSpec().getNodeName());
    }
    List<String> wrong = placements.violations();
    run.check(
        "every pod is bound, and room, selectors, taints and host ports are kept",
        wrong.isEmpty() && placements.count() == pods,
        placements.count() + " of " + pods + " " + wrong);
  }
}
