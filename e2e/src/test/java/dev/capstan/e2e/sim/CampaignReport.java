package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Verb;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What a campaign reached, and what broke in it. */
final class CampaignReport {

  private static final int LEAST_STEPS = 2000;
  private static final int LEAST_FAULTS = 5;

  private final SimulateOptions options;
  private final List<SeedRun.Result> done;
  private final List<SeedRun.Result> failed;
  private final long nanos;
  private final FaultCounts faults = new FaultCounts();

  CampaignReport(
      SimulateOptions options, List<SeedRun.Result> done, List<SeedRun.Result> failed, long nanos) {
    this.options = options;
    this.done = done;
    this.failed = failed;
    this.nanos = nanos;
    done.forEach(result -> faults.add(result.faults()));
  }

  /** The exit code. */
  int print(PrintStream out) {
    table(out);
    out.printf(
        "%d seeds in %d s; median: %d steps, %d revisions, %d faults, %d s of cluster time%n",
        done.size(),
        nanos / 1_000_000_000,
        median(done.stream().map(SeedRun.Result::steps).toList()),
        median(done.stream().map(SeedRun.Result::revisions).toList()),
        median(done.stream().map(r -> (long) r.faults().total()).toList()),
        median(done.stream().map(r -> r.time().toSeconds()).toList()));
    int code = 0;
    for (SeedRun.Result result : failed) {
      SeedRun.Failure failure = result.failure();
      if (failure != null) {
        code = 1;
        long seed = result.scenario().seed();
        out.printf("FAILED seed=%d invariant=%s %s%n", seed, failure.invariant(), failure.what());
        out.printf("  again, told in full: deploy/simulate --seed %d%n", seed);
        out.printf("  under a debugger:    deploy/simulate --debug --seed %d%n", seed);
      }
    }
    return options.coverage() && code == 0 ? coverage(out) : code;
  }

  private static long median(List<Long> values) {
    List<Long> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  private void table(PrintStream out) {
    List<String> components = new ArrayList<>(new TreeSet<>(FaultKinds.components()));
    out.printf("%-24s", "fault");
    components.forEach(c -> out.printf("%13s", c));
    out.println();
    for (Verb verb : Verb.values()) {
      if (!verb.byUser()) {
        out.printf("%-24s", verb.word());
        for (String component : components) {
          boolean possible = FaultKinds.possible(verb, component);
          out.printf("%13s", possible ? String.valueOf(faults.of(verb, component)) : "-");
        }
        out.println();
      }
    }
  }

  /** Not reaching what it is meant to reach is a failure of the harness. */
  private int coverage(PrintStream out) {
    List<String> lacks = new ArrayList<>();
    Arrays.stream(Verb.values())
        .filter(verb -> !verb.byUser())
        .forEach(verb ->
            FaultKinds.components().stream()
                .filter(c -> FaultKinds.possible(verb, c) && faults.of(verb, c) == 0)
                .forEach(c -> lacks.add(verb.word() + " never struck " + c)));
    long steps = median(done.stream().map(SeedRun.Result::steps).toList());
    long struck = median(done.stream().map(r -> (long) r.faults().total()).toList());
    if (steps < LEAST_STEPS) {
      lacks.add("half of the seeds have fewer than " + LEAST_STEPS + " steps");
    }
    if (struck < LEAST_FAULTS) {
      lacks.add("half of the seeds have fewer than " + LEAST_FAULTS + " faults");
    }
    lacks.forEach(lack -> out.println("FAILED coverage: " + lack));
    return lacks.isEmpty() ? 0 : 1;
  }
}
