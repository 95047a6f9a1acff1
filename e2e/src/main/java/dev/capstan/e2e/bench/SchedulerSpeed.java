package dev.capstan.e2e.bench;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.scheduler.core.Decision;
import dev.capstan.scheduler.core.SchedulingCore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The scheduler's core in this process, then the scheduler's process started last. */
final class SchedulerSpeed implements Benchmark {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** As many as the scheduler decides between two looks at what has changed. */
  private static final int AT_ONCE = 500;

  @Override
  public String name() {
    return "c";
  }

  @Override
  public String title() {
    return "scheduler: 5,000 pending pods on 500, 1,000, 5,000 nodes; core alone, and started last";
  }

  @Override
  public void run(Run run) throws InterruptedException {
    run.condition("core alone", "in the benchmark's process; deciding only, no API, one thread");
    run.condition("started last", "nodes are objects without kubelets; binding included");
    int pods = run.scaled(500, 5000);
    for (int count : run.nodes(100, 500, 1000, 5000)) {
      List<Node> nodes = IntStream.range(0, count).mapToObj(PodMix::node).toList();
      for (PodMix mix : PodMix.values()) {
        core(run, nodes, mix, pods);
      }
    }
    for (int count : run.nodes(100, 500, 1000, 5000)) {
      for (PodMix mix : List.of(PodMix.IDENTICAL, PodMix.DIFFERENT)) {
        new SchedulerLast(run, count, pods, mix).measure();
      }
    }
  }

  private static void core(Run run, List<Node> nodes, PodMix mix, int count) {
    String scenario = String.format(Locale.ROOT, "core, %,d nodes, %s", nodes.size(), mix.words());
    List<Pod> pods = IntStream.range(0, count).mapToObj(mix::pod).toList();
    Figure decided = run.report(Figure.of(scenario, "decided", "pods/s"));
    Figure perCore =
        run.report(Figure.of(scenario, "decided, per CPU second", "pods").moreIsBetter());
    Figure whole = run.report(Figure.of(scenario, "observed and decided", "pods/s"));
    if (nodes.size() == 5000) {
      switch (mix) {
        case IDENTICAL -> perCore.atLeast(50_000);
        case DIFFERENT -> perCore.atLeast(10_000);
        case CONSTRAINED -> {}
      }
    }
    for (int i = -run.scaled(1, 3); i < run.repeats(5); i++) {
      Trial trial = new Trial(run, nodes, pods);
      if (i >= 0) {
        decided.add(count / trial.deciding);
        perCore.add(count / trial.decidingCpu);
        whole.add(count / (trial.deciding + trial.observing));
      }
      trial.check(mix);
    }
    run.progress(scenario + ": " + Math.round(decided.median()) + " pods/s");
  }

  /** Everything once, from an empty core. */
  private static final class Trial {
    private final Run run;
    private final List<Decision> decisions = new ArrayList<>();
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Placements placements;
    private final double observing;
    private final double deciding;
    private final double decidingCpu;

    Trial(Run run, List<Node> nodes, List<Pod> all) {
      this.run = run;
      this.placements = new Placements(nodes);
      all.forEach(pod -> pods.put(pod.getMetadata().getUid(), pod));
      SchedulingCore core = new SchedulingCore();
      nodes.forEach(core::observe);
      Stopwatch observe = run.stopwatch();
      all.forEach(core::observe);
      observing = observe.seconds();
      Stopwatch decide = run.stopwatch();
      long cpu = THREADS.getCurrentThreadCpuTime();
      while (core.hasWork(0)) {
        decisions.addAll(core.decide(0, AT_ONCE));
      }
      deciding = decide.seconds();
      decidingCpu = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
    }

    void check(PodMix mix) {
      for (Decision decision : decisions) {
        if (decision instanceof Decision.Bind bind) {
          placements.place(Objects.requireNonNull(pods.get(bind.pod().uid())), bind.node());
        }
      }
      run.check(
          "every pod is decided once, for a node",
          placements.count() == pods.size() && decisions.size() == pods.size(),
          placements.count() + " of " + pods.size());
      List<String> wrong = placements.violations();
      run.check("room, selectors, taints and host ports are kept", wrong.isEmpty(), "" + wrong);
      if (mix == PodMix.IDENTICAL) {
        run.check(
            "equal pods are spread evenly",
            placements.unevenness() <= 1,
            "one node has " + placements.unevenness() + " more than another");
      }
    }
  }
}
