package dev.capstan.e2e.bench;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Real containers: through the kubelet, beside what the engine itself takes; then Deployments
 * beside the services of Docker Swarm.
 */
final class RealContainers implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String NODE = "real";

  @Override
  public String name() {
    return "i";
  }

  @Override
  public String title() {
    return "real Docker: 200 containers, 1, 2, 4, 8 at once, and the floor; Swarm and Capstan in turn";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    String host = EngineClient.host();
    int count = run.scaled(6, 200);
    try (EngineFloor floor = new EngineFloor(host, run.seam())) {
      run.condition("engine", floor.describe() + ", of its own, in a network namespace");
      run.condition("containers", count + " of " + EngineFloor.IMAGE + ", bridge, fixed address");
      floor.prepare();
      floor.start(run.scaled(2, 10), 2);
      floor.remove();
      for (int atOnce : run.smoke() ? List.of(4) : List.of(1, 2, 4, 8)) {
        new Trial(run, floor, host, count, atOnce).measure();
      }
    }
    BesideSwarm.measure(run, host);
  }

  /** The floor and the kubelet with the same parallelism, one right after the other. */
  private static final class Trial {
    private final Run run;
    private final EngineFloor floor;
    private final String host;
    private final int count;
    private final int atOnce;
    private final String scenario;

    Trial(Run run, EngineFloor floor, String host, int count, int atOnce) {
      this.run = run;
      this.floor = floor;
      this.host = host;
      this.count = count;
      this.atOnce = atOnce;
      this.scenario = atOnce + " at once";
    }

    void measure() throws InterruptedException {
      double floorRate = floor();
      double kubeletRate = kubelet();
      Figure share =
          run.report(Figure.of(scenario, "kubelet, of the floor", "%").moreIsBetter())
              .add(100 * kubeletRate / floorRate);
      if (atOnce >= 4) {
        share.atLeast(90);
      }
      run.progress(
          String.format(
              Locale.ROOT, "%s: floor %.1f/s, kubelet %.1f/s", scenario, floorRate, kubeletRate));
    }

    private double floor() throws InterruptedException {
      double rate = count / floor.start(count, atOnce);
      run.report(Figure.of(scenario, "floor: create and start", "containers/s")).add(rate);
      run.check(
          "all of the floor's containers run", floor.running() == count, floor.running() + "");
      floor.remove();
      return rate;
    }

    private double kubelet() throws InterruptedException {
      Cluster cluster = run.cluster().startServer();
      try (Observer observer = Observer.start(cluster.api(), run.seam())) {
        Observer.Milestone ready = observer.milestone("the node", l -> l.readyNodes() == 1);
        cluster.startKubelet(
            "--docker-host",
            host,
            "--node-name",
            NODE,
            "--pod-cidr",
            range(),
            "--max-pods",
            "250",
            "--max-parallel-starts",
            String.valueOf(atOnce));
        ready.await(LIMIT);
        warmUp(cluster, observer);
        Usage before = cluster.usage();
        double seconds = start(cluster, observer, "web", count);
        Usage after = cluster.usage();
        report(count / seconds, after.cpuSince(before).getOrDefault(Cluster.NODES, 0.0));
        check();
        remove(cluster, observer, "web", count);
        observer.check(run);
        return count / seconds;
      } finally {
        cluster.close();
      }
    }

    /** The kubelet of a new process, which interprets and compiles what it does. */
    private void warmUp(Cluster cluster, Observer observer) throws InterruptedException {
      int first = run.scaled(Math.min(count, 4), 60);
      double seconds = start(cluster, observer, "warm-up", first);
      run.report(Figure.of(scenario, "kubelet: the first " + first + " (cold)", "containers/s"))
          .add(first / seconds);
      remove(cluster, observer, "warm-up", first);
    }

    /** Each trial's own: nothing of the one before can be in its way. */
    private String range() {
      return "10.214." + 4 * atOnce + ".0/22";
    }

    private void report(double rate, double cpu) {
      run.report(Figure.of(scenario, "kubelet: pods Running", "containers/s")).add(rate);
      run.report(Figure.of(scenario, "kubelet: CPU a container", "ms")).add(1000 * cpu / count);
    }

    /** Seconds until a client has seen all of them Running. */
    private double start(Cluster cluster, Observer observer, String app, int pods)
        throws InterruptedException {
      Observer.Milestone all = observer.milestone("Running", app, group -> group.running() == pods);
      Batch batch = cluster.api().batch();
      IntStream.range(0, pods).forEach(i -> batch.create(ObjectType.POD, pod(app, i)));
      Stopwatch watch = run.stopwatch();
      List<Batch.Result> results = batch.send();
      run.check("the pods are taken", results.stream().allMatch(Batch.Result::ok), app);
      return watch.secondsAt(all.await(LIMIT));
    }

    /** Bound already: the kubelet alone is measured. */
    private static Pod pod(String app, int index) {
      Pod.Builder pod = PodMix.IDENTICAL.pod(index).toBuilder();
      pod.getMetadataBuilder()
          .setName(app + "-" + index)
          .clearUid()
          .clearOwnerReferences()
          .putLabels("app", app);
      pod.getSpecBuilder()
          .setNodeName(NODE)
          .setTerminationGracePeriodSeconds(1)
          .getContainersBuilder(0)
          .setImage(EngineFloor.IMAGE)
          .setImagePullPolicy("IfNotPresent")
          .clearResources();
      return pod.build();
    }

    private void check() {
      int running = floor.running();
      long addresses = floor.addresses();
      run.check(
          "the engine runs exactly the pods' containers, each with an address of its own",
          running == count && addresses == count,
          running + " run, " + addresses + " addresses");
    }

    private void remove(Cluster cluster, Observer observer, String app, int pods)
        throws InterruptedException {
      Observer.Milestone gone = observer.milestone("gone", app, group -> group.existing() == 0);
      Batch batch = cluster.api().batch();
      List<String> names = new ArrayList<>();
      IntStream.range(0, pods).forEach(i -> names.add(app + "-" + i));
      names.forEach(name ->
          batch.delete(
              ObjectType.POD, new ObjectKey("default", name), DeleteOptions.getDefaultInstance()));
      batch.send();
      gone.await(LIMIT);
      run.check("nothing is left of deleted pods", floor.all() == 0, floor.all() + " containers");
    }
  }
}
