package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.GatedStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadIndexTest {

  /** Waits on a thread of its own. */
  private static final class Read {
    long revision;

    Read(Simulation sim, ReadIndex index) {
      long deadline = sim.seam().clock().deadline(Duration.ofSeconds(10));
      sim.seam()
          .threads()
          .start(
              "read",
              () -> {
                try {
                  revision = index.await(deadline);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
  }

  @Test
  void anAnswerToWhatWasSentBeforeTheReadArrivedIsNotUsed() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          long before = index.sent();
          Read read = new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          long after = index.sent();
          index.answered(before, 7);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(read.revision).isZero();
          index.answered(after, 8);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(read.revision).isEqualTo(8);
          store.openReads();
        });
  }

  @Test
  void whileAnAnswerIsDueNoQuestionIsAsked() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          Read first = new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          Read second = new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          long due = index.sent();
          store.openReads(); // Answers the first; the second has a write's answer to wait for.
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(first.revision).isEqualTo(1);
          assertThat(second.revision).isZero();
          assertThat(index.probes()).isEqualTo(1);
          index.answered(due, 9);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(second.revision).isEqualTo(9);
          assertThat(index.probes()).isEqualTo(1);
        });
  }

  @Test
  void whenTheDueAnswerDoesNotComeTheStoreIsAsked() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          Read second = new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          long due = index.sent();
          store.openReads();
          sim.seam().clock().sleep(Duration.ofMillis(10));
          index.failed(due);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(second.revision).isEqualTo(1);
          assertThat(index.probes()).isEqualTo(2);
        });
  }
}
