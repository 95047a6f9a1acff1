package dev.capstan.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.Scenarios;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

  private static final Scenario LONG = Scenarios.of(9);

  @Test
  void whatTheFailureDoesNotNeedIsLeftOut() {
    Step first = LONG.steps().get(2);
    Step second = LONG.steps().get(LONG.steps().size() - 3);
    Scenario shortest =
        new Shrinker(less -> less.steps().containsAll(List.of(first, second)), 1000).shrink(LONG);
    assertThat(shortest.steps()).containsExactly(first, second);
    assertThat(shortest.seed()).isEqualTo(LONG.seed());
  }

  @Test
  void aFailureThatNeedsEverythingStaysAsItIs() {
    assertThat(new Shrinker(less -> false, 1000).shrink(LONG)).isEqualTo(LONG);
  }

  @Test
  void itStopsAskingInTime() {
    AtomicInteger asked = new AtomicInteger();
    new Shrinker(less -> asked.incrementAndGet() > 0 && less.steps().size() > 5, 7).shrink(LONG);
    assertThat(asked).hasValueLessThanOrEqualTo(7);
  }
}
