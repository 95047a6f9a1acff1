package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Scenario;
import java.io.PrintStream;
import java.util.List;

/** Tells one scenario in full. */
final class Replay {

  private static final int ATTEMPTS = 300;
  private static final int LINES_BEFORE_THE_END = 120;

  private final SimulateOptions options;
  private final PrintStream out = System.out;

  Replay(SimulateOptions options) {
    this.options = options;
  }

  /** Plays it; the exit code. */
  int tell(Scenario scenario) {
    SeedRun.Result result = Verdict.of(scenario, true);
    SeedRun.Failure failure = result.failure();
    if (failure == null) {
      result.account().forEach(out::println);
      summary(result);
      out.println("Everything held.");
      return 0;
    }
    Scenario shortest = scenario;
    if (options.shrink()) {
      out.println(failure.invariant() + " is broken; leaving out what does not matter …");
      shortest = new Shrinker(less -> failsAlike(less, failure), ATTEMPTS).shrink(scenario);
      result = Verdict.of(shortest, true);
    }
    story(result);
    return 1;
  }

  /** A workload that could not end well without any fault either would be another failure. */
  private static boolean failsAlike(Scenario scenario, SeedRun.Failure first) {
    SeedRun.Failure failure = Verdict.of(scenario, false).failure();
    return failure != null
        && failure.invariant().equals(first.invariant())
        && failure.calm() == first.calm()
        && (failure.calm() || SeedRun.of(scenario.withoutFaults(), false).failure() == null);
  }

  private void story(SeedRun.Result result) {
    List<String> lines = result.account();
    int from = Math.max(0, lines.size() - LINES_BEFORE_THE_END);
    if (from > 0) {
      out.println("  … " + from + " lines before");
    }
    lines.subList(from, lines.size()).forEach(out::println);
    summary(result);
    out.println("The scenario, for a file and --scenario FILE:");
    out.print(result.scenario().text().indent(4));
    SeedRun.Failure failure = result.failure();
    out.println(
        failure == null
            ? "It no longer fails: the harness is not deterministic."
            : failure.invariant() + " is broken: " + failure.what());
  }

  private void summary(SeedRun.Result result) {
    out.printf(
        "seed %d: %d steps, %d revisions, %d faults, %.0f s of cluster time, trace %s%n",
        result.scenario().seed(),
        result.steps(),
        result.revisions(),
        result.faults().total(),
        result.time().toMillis() / 1000.0,
        result.digest());
  }
}
