package dev.capstan.e2e.bench;

import java.util.List;

/** All benchmarks, in the order in which {@code all} runs them. */
final class Benchmarks {

  private Benchmarks() {}

  static List<Benchmark> all() {
    return List.of(
        new RunAndScale(),
        new SchedulerSpeed(),
        new WatchSpeed(),
        new StoreWrites(),
        new CommandStart(),
        new RealContainers());
  }
}
