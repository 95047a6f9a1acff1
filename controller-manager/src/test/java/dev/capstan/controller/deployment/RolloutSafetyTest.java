package dev.capstan.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.controller.model.Things;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** From any state at all, reachable or not, one step makes no bound worse than it is. */
class RolloutSafetyTest {

  private static OwnedSet set(Random random, String name) {
    int wanted = random.nextInt(12);
    int active = random.nextInt(3) == 0 ? random.nextInt(14) : wanted;
    int ready = random.nextInt(active + 1);
    int available = random.nextInt(ready + 1);
    return new OwnedSet(Things.replicaSet(name, wanted), wanted, active, ready, available, active);
  }

  private static Rollout rollout(Random random, int replicas, int surge, int unavailable) {
    OwnedSet current = set(random, "current");
    List<OwnedSet> old = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      old.add(set(random, "old-" + i));
    }
    int missing = surge + unavailable == 0 ? 1 : Math.min(unavailable, replicas);
    return new Rollout(
        Things.deployment(replicas, surge, unavailable),
        new Bounds(replicas, surge, missing),
        Optional.of(current),
        old);
  }

  private static void assertNoWorse(Rollout before, Map<OwnedSet, Integer> sizes) {
    Rollout after = before;
    for (Map.Entry<OwnedSet, Integer> each : sizes.entrySet()) {
      after = after.told(each.getKey(), each.getValue());
    }
    assertThat(after.size())
        .isLessThanOrEqualTo(Math.max(before.size(), before.bounds().maxTotal()));
    assertThat(after.surelyAvailable())
        .isGreaterThanOrEqualTo(Math.min(before.surelyAvailable(), before.bounds().minAvailable()));
  }

  @Property(tries = 2000)
  void aStepOfARollingUpdate(
      @ForAll long seed,
      @ForAll @IntRange(max = 12) int replicas,
      @ForAll @IntRange(max = 4) int surge,
      @ForAll @IntRange(max = 4) int unavailable) {
    Rollout rollout = rollout(new Random(seed), replicas, surge, unavailable);
    assertNoWorse(rollout, RollingUpdate.step(rollout, rollout.current().orElseThrow()));
  }

  @Property(tries = 2000)
  void aScaling(
      @ForAll long seed,
      @ForAll @IntRange(max = 12) int replicas,
      @ForAll @IntRange(max = 4) int surge,
      @ForAll @IntRange(max = 4) int unavailable) {
    Rollout rollout = rollout(new Random(seed), replicas, surge, unavailable);
    assertNoWorse(rollout, Scaling.sizes(rollout));
  }
}
