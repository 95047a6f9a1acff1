package dev.capstan.e2e.bench;

import java.util.List;

/** All benchmarks, in the order in which {@code all} runs them. */
final class Benchmarks {

  private Benchmarks() {}

  static List<Benchmark> all() {
    return List.of(
        new RunAndScale(),
        new ManyPods(),
        new SchedulerSpeed(),
        new ApiSpeed(),
        new WatchSpeed(),
        new StoreWrites(),
        new CommandStart(),
        new MemoryUse(),
        new RealContainers(),
        new ColdStart(),
        new Floods(),
        new Recovery());
  }
}
