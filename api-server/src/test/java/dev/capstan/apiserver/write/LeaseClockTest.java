package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a lease was not renewed, by what the server itself has seen. */
class LeaseClockTest {

  private final AtomicReference<OptionalLong> newest = new AtomicReference<>(OptionalLong.of(10));

  private static void pass(Simulation sim, int seconds) throws InterruptedException {
    sim.seam().clock().sleep(Duration.ofSeconds(seconds));
  }

  @Test
  void itCountsFromWhenTheServerHasSeenTheLastRenewal() {
    Simulation.run(
        1,
        sim -> {
          LeaseClock clock = new LeaseClock(sim.seam(), newest::get);
          pass(sim, 5);
          assertThat(clock.unchanged(11)).as("not seen yet").isZero();
          newest.set(OptionalLong.of(12));
          pass(sim, 20);
          assertThat(clock.unchanged(11)).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20));
          assertThat(clock.unchanged(10)).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(25));
          assertThat(clock.unchanged(13)).as("renewed just now").isZero();
          clock.close();
        });
  }

  @Test
  void aServerThatHasJustStartedOrLostItsViewKnowsNothing() {
    Simulation.run(
        1,
        sim -> {
          LeaseClock clock = new LeaseClock(sim.seam(), newest::get);
          assertThat(clock.unchanged(1)).isZero();
          pass(sim, 30);
          newest.set(OptionalLong.empty());
          pass(sim, 2);
          newest.set(OptionalLong.of(10));
          pass(sim, 3);
          assertThat(clock.unchanged(10)).isLessThanOrEqualTo(Duration.ofSeconds(3));
          clock.close();
        });
  }

  @Test
  void itsMemoryIsBounded() {
    Simulation.run(
        1,
        sim -> {
          AtomicLong revision = new AtomicLong();
          LeaseClock clock =
              new LeaseClock(sim.seam(), () -> OptionalLong.of(revision.incrementAndGet()));
          pass(sim, 10_000);
          assertThat(clock.unchanged(1))
              .isBetween(Duration.ofSeconds(3600), Duration.ofSeconds(3602));
          clock.close();
        });
  }
}
