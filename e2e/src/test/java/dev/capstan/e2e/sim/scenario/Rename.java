package dev.capstan.e2e.sim.scenario;

import java.util.List;
import java.util.SplittableRandom;

/**
 * In some scenarios a machine's kubelet is started under another name for a while, as after its
 * host was given another. It has dice of its own.
 */
final class Rename {

  private static final long DICE = 0x4e616d65L;
  private static final int ONE_IN = 5;

  /** Nodes with a kubelet of their own. */
  private static final int MACHINES = 3;

  private final SplittableRandom random;
  private final int nodes;

  Rename(long seed, int nodes) {
    this.random = new SplittableRandom(seed ^ DICE);
    this.nodes = nodes;
  }

  /** At a time when users do something. */
  List<Step> steps(List<Step> deeds) {
    if (random.nextInt(ONE_IN) != 0) {
      return List.of();
    }
    Step deed = deeds.get(random.nextInt(deeds.size()));
    return List.of(
        Step.at(deed.at().plusMillis(random.nextLong(1, 5_000)), Verb.NODE_RENAMED)
            .with(Argument.NODE, random.nextInt(Math.min(nodes, MACHINES)))
            .withMillis(Argument.FOR, random.nextLong(500, 15_000))
            .build());
  }
}
