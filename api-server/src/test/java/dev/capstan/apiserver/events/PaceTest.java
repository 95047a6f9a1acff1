package dev.capstan.apiserver.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  /** Seconds that so many turns take. */
  private static double turns(Pace pace, Simulation sim, int count) throws InterruptedException {
    long start = sim.seam().clock().nanoTime();
    for (int i = 0; i < count; i++) {
      pace.await();
    }
    return (sim.seam().clock().nanoTime() - start) / 1e9;
  }

  @Test
  void aBurstGoesAtOnceAndTheRestAtThePace() {
    Simulation.run(
        1,
        sim -> {
          Pace pace = new Pace(sim.seam().clock(), 100, 50);
          assertThat(turns(pace, sim, 50)).isLessThan(0.02);
          assertThat(turns(pace, sim, 100)).isBetween(0.95, 1.05);
        });
  }

  @Test
  void aPauseEarnsOneBurstAndNoMore() {
    Simulation.run(
        1,
        sim -> {
          Pace pace = new Pace(sim.seam().clock(), 100, 50);
          turns(pace, sim, 60);
          sim.seam().clock().sleep(Duration.ofHours(1));
          assertThat(turns(pace, sim, 50)).isLessThan(0.02);
          assertThat(turns(pace, sim, 50)).isGreaterThan(0.4);
        });
  }
}
