package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes the scenario of a seed. */
public final class Scenarios {

  private Scenarios() {}

  /** Always the same one for a seed. */
  public static Scenario of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int drawn = nodes(random);
    int standby = random.nextInt(2);
    Duration length = Duration.ofSeconds(random.nextInt(15, 45));
    List<Step> steps = new ArrayList<>();
    Theme theme = Theme.any(random);
    int nodes = theme.nodes(drawn);
    int users = nodes > 1 && !theme.crowded() && random.nextInt(3) == 0 ? 2 : 1;
    for (int i = 0; i < users; i++) {
      steps.addAll(
          new Workload(random.split(), theme, i == 0 ? "ada" : "bob", users == 1, nodes, length)
              .steps(random.nextInt(3, 10)));
    }
    List<Step> user = List.copyOf(steps);
    List<Duration> deeds = steps.stream().map(Step::at).toList();
    steps.addAll(
        new Misfortune(random.split(), nodes, standby, deeds, length, widestJump(steps))
            .steps(random.nextInt(6, 18)));
    if (theme == Theme.HASTE || random.nextBoolean()) {
      steps.addAll(new Coincidence(random.split(), nodes, standby).steps(user));
    }
    steps.addAll(new Ambush(random.split(), theme, nodes, standby).steps(user));
    steps.addAll(new Trap(seed, theme, nodes, standby).steps(user));
    if (Math.floorMod(seed, Doubt.EVERY) == 0) {
      steps.addAll(new Doubt(seed, nodes, standby).steps(user));
    }
    if (Damage.strikes(seed)) {
      steps.addAll(new Damage(seed, nodes, standby).steps(user));
    }
    steps.addAll(new Rename(seed, nodes).steps(user));
    return new Scenario(seed, nodes, standby, steps);
  }

  /**
   * How long a pod has been ready is told by comparing the clocks of its node and of the
   * controllers, as in Kubernetes: where minReadySeconds matters, what a clock is ahead is waited
   * for.
   */
  private static long widestJump(List<Step> steps) {
    boolean compared = steps.stream().anyMatch(s -> s.number(Argument.MIN_READY, 0) > 0);
    return compared ? 20_000 : 3_600_000;
  }

  /** Mostly a few, so that they can be filled and are missed when they go. */
  private static int nodes(SplittableRandom random) {
    int kind = random.nextInt(100);
    if (kind < 70) {
      return random.nextInt(1, 5);
    }
    return kind < 97 ? random.nextInt(5, 12) : random.nextInt(12, 51);
  }
}
