package dev.capstan.e2e.bench;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Batch;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory: idle, by node, by pod, after many have come and gone, and over a churn. */
final class MemoryUse implements Benchmark {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final int CHURN_PER_SECOND = 100;

  @Override
  public String name() {
    return "h";
  }

  @Override
  public String title() {
    return "memory: idle, by node, by pod, after 8,000 pods, over a churn";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition(
        "memory",
        "resident, of the control plane: etcd, API server, scheduler, controller-manager");
    int nodes = run.nodes(20, 1000).getFirst();
    Cluster cluster = run.cluster().startControlPlane();
    try (Observer observer = Observer.start(cluster.api(), run.seam())) {
      measure(run, cluster, observer, nodes);
    } finally {
      cluster.close();
    }
  }

  private static void measure(Run run, Cluster cluster, Observer observer, int nodes)
      throws InterruptedException, IOException {
    rest(run);
    report(run, cluster, "idle").atMost(400).ofAnotherDay("Kubernetes 1.20.2: 510");
    Observer.Milestone registered = observer.milestone("nodes", l -> l.readyNodes() == nodes);
    cluster.startNodes(nodes);
    registered.await(LIMIT);
    rest(run);
    Figure ofNodes = report(run, cluster, String.format(Locale.ROOT, "%,d nodes", nodes));
    if (nodes == 1000) {
      ofNodes.atMost(500).ofAnotherDay("Kubernetes 1.20.2: 960");
    }
    Workload workload = new Workload(cluster.api());
    int thousand = run.scaled(100, 1000);
    Map<String, Long> before = heaps(cluster);
    scale(observer, workload, "some", thousand);
    rest(run);
    byPod(run, cluster, before, thousand);
    for (int i = 0; i < run.scaled(1, 4); i++) {
      workload.scale("some", 2 * thousand);
      awaitRunning(observer, "some", 2 * thousand);
      workload.scale("some", 0);
      observer.milestone("gone", "some", g -> g.existing() == 0).await(LIMIT);
    }
    rest(run);
    report(run, cluster, String.format(Locale.ROOT, "after %,d pods came and went", 8 * thousand))
        .atMost(600)
        .ofAnotherDay("Kubernetes 1.20.2: ~1,900");
    // By then the events about them are written, too, at their own pace.
    run.seam().clock().sleep(Duration.ofMillis(run.scaled(500, 40_000)));
    report(run, cluster, "a minute after them").atMost(600);
    churn(run, cluster, observer, workload);
    observer.check(run);
  }

  private static void rest(Run run) throws InterruptedException {
    run.seam().clock().sleep(Duration.ofMillis(run.scaled(500, 20_000)));
  }

  private static Figure report(Run run, Cluster cluster, String when) {
    Usage usage = cluster.usage();
    usage
        .residentBytes()
        .forEach((p, b) -> run.report(Figure.of(when, p, "MiB")).add(b / 1048576.0));
    run.progress(when + ": " + Math.round(usage.controlPlaneMebibytes()) + " MiB");
    return run.report(Figure.of(when, "control plane", "MiB")).add(usage.controlPlaneMebibytes());
  }

  private static void scale(Observer observer, Workload workload, String app, int pods)
      throws InterruptedException {
    workload.run(app, pods);
    awaitRunning(observer, app, pods);
  }

  private static void awaitRunning(Observer observer, String app, int pods)
      throws InterruptedException {
    observer.milestone("Running", app, g -> g.running() == pods).await(LIMIT);
  }

  private static void byPod(Run run, Cluster cluster, Map<String, Long> before, int pods)
      throws IOException, InterruptedException {
    Map<String, Long> after = heaps(cluster);
    after.forEach((p, bytes) ->
        run.report(Figure.of("live heap for 1,000 pods more", p, "MiB"))
            .add((bytes - before.getOrDefault(p, 0L)) / 1048576.0 * 1000 / pods));
  }

  /** Pods are deleted and replaced, so many a second; what lives in the heaps must not grow. */
  private static void churn(Run run, Cluster cluster, Observer observer, Workload workload)
      throws InterruptedException, IOException {
    int pods = run.scaled(100, 1000);
    int seconds = run.scaled(4, 600);
    // By then events, which are kept up to a number, have reached it.
    int settled = run.scaled(2, 240);
    scale(observer, workload, "churn", pods);
    Map<String, Long> early = Map.of();
    for (int second = 0; second < seconds; second++) {
      if (second == settled) {
        early = heaps(cluster);
      }
      Stopwatch watch = run.stopwatch();
      delete(cluster, run.scaled(10, CHURN_PER_SECOND));
      run.seam()
          .clock()
          .sleep(Duration.ofMillis(Math.max(0, 1000 - (long) (watch.seconds() * 1000))));
    }
    awaitRunning(observer, "churn", pods);
    Map<String, Long> late = heaps(cluster);
    int created = observer.read(l -> l.group("churn").everCreated().size());
    run.report(Figure.of("churn", "pods that came and went", "")).add(created - pods);
    for (var each : late.entrySet()) {
      double grown = (each.getValue() - early.getOrDefault(each.getKey(), 0L)) / 1048576.0;
      run.report(Figure.of("churn", "live heap, " + each.getKey(), "MiB"))
          .add(each.getValue() / 1048576.0);
      run.report(Figure.of("churn", "live heap grown, " + each.getKey(), "MiB")).add(grown);
      run.check("heaps stay flat", grown < 25, each.getKey() + " grew by " + grown + " MiB");
    }
    report(run, cluster, "after the churn");
  }

  private static void delete(Cluster cluster, int count) throws InterruptedException {
    List<Pod> pods =
        cluster
            .api()
            .pods()
            .namespace(WellKnown.NAMESPACE_DEFAULT)
            .list(new ListOptions("app=churn", "", 0))
            .items();
    Batch batch = cluster.api().batch();
    pods.stream()
        .filter(pod -> !pod.getMetadata().hasDeletionTimestamp())
        .limit(count)
        .forEach(pod ->
            batch.delete(
                ObjectType.POD,
                new ObjectKey(WellKnown.NAMESPACE_DEFAULT, pod.getMetadata().getName()),
                DeleteOptions.getDefaultInstance()));
    batch.send();
  }

  /** Bytes that live in the heap of each JVM, after a collection. */
  private static Map<String, Long> heaps(Cluster cluster) throws IOException, InterruptedException {
    Map<String, Long> heaps = new LinkedHashMap<>();
    for (String process : cluster.usage().cpuSeconds().keySet()) {
      if (!process.equals(Cluster.ETCD)) {
        long pid = cluster.process(process).pid();
        jcmd(pid, "GC.run");
        heaps.put(process, used(jcmd(pid, "GC.heap_info")));
      }
    }
    return heaps;
  }

  private static long used(String info) {
    long kibibytes = 0;
    for (String line : info.lines().toList()) {
      Matcher matcher = USED.matcher(line);
      if (matcher.find() && !line.contains("Metaspace") && !line.contains("class space")) {
        kibibytes += Long.parseLong(matcher.group(1));
      }
    }
    return kibibytes * 1024;
  }

  private static String jcmd(long pid, String what) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(System.getProperty("java.home") + "/bin/jcmd", String.valueOf(pid), what)
            .redirectErrorStream(true)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String text = String.join("\n", out.lines().toList());
      process.waitFor();
      return text;
    }
  }
}
