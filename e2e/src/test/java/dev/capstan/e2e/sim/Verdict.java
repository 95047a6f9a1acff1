package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.check.EndState;
import dev.capstan.e2e.sim.scenario.Scenario;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scenario played, and played once more without anything going wrong, for comparison. */
final class Verdict {

  private Verdict() {}

  /** The scenario's run; also a failure if it ends otherwise than without faults. */
  static SeedRun.Result of(Scenario scenario, boolean withAccount) {
    SeedRun.Result result = SeedRun.of(scenario, withAccount);
    EndState end = result.end();
    if (result.failure() != null || end == null || scenario.faults().isEmpty()) {
      return result;
    }
    SeedRun.Result calm = SeedRun.of(scenario.withoutFaults(), false);
    EndState wanted = calm.end();
    if (calm.failure() != null || wanted == null) {
      return calmFailed(result, calm.failure());
    }
    List<String> differences = end.differences(wanted);
    return differences.isEmpty()
        ? result
        : result.failing(
            new SeedRun.Failure("I6", "the end differs: " + String.join("; ", differences)));
  }

  private static SeedRun.Result calmFailed(SeedRun.Result result, SeedRun.@Nullable Failure why) {
    return result.failing(
        why == null
            ? new SeedRun.Failure("I6", "without any fault: no end state", true)
            : new SeedRun.Failure(why.invariant(), "without any fault: " + why.what(), true));
  }
}
