package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaggardsTest {

  private final AtomicInteger asked = new AtomicInteger();

  private Laggards laggards(Simulation sim) {
    return new Laggards(sim.seam(), asked::incrementAndGet);
  }

  private static CompletableFuture<Snapshot> add(Simulation sim, Laggards to, long revision) {
    return to.add(revision, sim.seam().clock().deadline(Duration.ofSeconds(2)));
  }

  private static void pause(Simulation sim, int millis) throws InterruptedException {
    sim.seam().clock().sleep(Duration.ofMillis(millis));
  }

  @Test
  void aReadHasTheFirstSnapshotThatHasReachedItsRevision() {
    Simulation.run(
        1,
        sim -> {
          Laggards laggards = laggards(sim);
          CompletableFuture<Snapshot> five = add(sim, laggards, 5);
          CompletableFuture<Snapshot> seven = add(sim, laggards, 7);
          laggards.published(Snapshot.empty(4));
          laggards.published(Snapshot.empty(6));
          assertThat(five).as("not on the thread that publishes").isNotDone();
          pause(sim, 1);
          assertThat(five).isCompletedWithValue(Snapshot.empty(6));
          assertThat(seven).isNotDone();
          laggards.published(Snapshot.empty(7));
          pause(sim, 1);
          assertThat(seven).isCompletedWithValue(Snapshot.empty(7));
          assertThat(asked).as("what comes by itself is not asked for").hasValue(0);
        });
  }

  @Test
  void whatDoesNotComeIsAskedForAndGivenUpAtTheDeadline() {
    Simulation.run(
        1,
        sim -> {
          Laggards laggards = laggards(sim);
          CompletableFuture<Snapshot> read = add(sim, laggards, 5);
          pause(sim, 6);
          assertThat(asked).hasValue(1);
          pause(sim, 600);
          assertThat(asked).hasValue(2);
          assertThat(read).isNotDone();
          pause(sim, 1500);
          assertThat(read).isCompletedExceptionally();
          int before = asked.get();
          pause(sim, 5000);
          assertThat(asked).as("nobody waits any more").hasValue(before);
        });
  }

  @Test
  void whoWaitsWhenTheServerStopsIsToldSo() {
    Simulation.run(
        1,
        sim -> {
          Laggards laggards = laggards(sim);
          CompletableFuture<Snapshot> read = add(sim, laggards, 5);
          laggards.close();
          assertThat(read).isCompletedExceptionally();
        });
  }
}
