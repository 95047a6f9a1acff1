package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leaves steps out of a scenario that fails, as long as it goes on failing: delta debugging (Zeller
 * and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), by halves, then
 * quarters, down to single steps.
 */
final class Shrinker {

  private final Predicate<Scenario> fails;
  private int attempts;

  /**
   * @param fails plays a scenario and says whether it fails as the first did
   * @param attempts how often it may be asked
   */
  Shrinker(Predicate<Scenario> fails, int attempts) {
    this.fails = fails;
    this.attempts = attempts;
  }

  /** The shortest scenario found that still fails. */
  Scenario shrink(Scenario failing) {
    Scenario best = failing;
    int parts = 2;
    while (parts <= best.steps().size() && attempts > 0) {
      Scenario less = withoutOnePart(best, parts);
      if (less == null) {
        if (parts == best.steps().size()) {
          break;
        }
        parts = Math.min(parts * 2, best.steps().size());
      } else {
        best = less;
        parts = Math.max(2, Math.min(parts - 1, best.steps().size()));
      }
    }
    return best;
  }

  private @Nullable Scenario withoutOnePart(Scenario best, int parts) {
    List<Step> steps = best.steps();
    for (int part = 0; part < parts && attempts > 0; part++) {
      int from = steps.size() * part / parts;
      int to = steps.size() * (part + 1) / parts;
      List<Step> kept = new ArrayList<>(steps.subList(0, from));
      kept.addAll(steps.subList(to, steps.size()));
      Scenario less = best.with(kept);
      attempts--;
      if (fails.test(less)) {
        return less;
      }
    }
    return null;
  }
}
