package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.GatedStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

  /** A promise of a revision, kept by the thread that brings the store's answer. */
  private static CompletableFuture<Long> promise(Simulation sim, ReadIndex index, int seconds) {
    return index.promise(sim.seam().clock().deadline(Duration.ofSeconds(seconds)));
  }

  @Test
  void aPromiseIsKeptByAnAnswerToWhatWasSentLaterAndByNoOther() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          long before = index.sent();
          CompletableFuture<Long> read = promise(sim, index, 10);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          long after = index.sent();
          index.answered(before, 7);
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(read).isNotDone();
          index.answered(after, 8);
          assertThat(read).as("not on the thread of whoever writes").isNotDone();
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(read).isCompletedWithValue(8L);
          store.openReads();
        });
  }

  @Test
  void theNextQuestionIsUnderWayBeforeWhatDependsOnAnAnswerRuns() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          CompletableFuture<Long> asked =
              promise(sim, index, 10).thenApply(revision -> index.probes());
          CompletableFuture<Long> second = promise(sim, index, 10);
          assertThat(index.probes()).isEqualTo(1);
          store.openReads();
          assertThat(asked).isCompletedWithValue(2L);
          assertThat(second).isCompletedWithValue(1L);
        });
  }

  @Test
  void aQuestionWithoutAnAnswerIsGivenUpAndAskedAnew() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          CompletableFuture<Long> promised = promise(sim, index, 60);
          Read waiting = new Read(sim, index);
          sim.seam().clock().sleep(Duration.ofMillis(4_900));
          assertThat(index.probes()).isEqualTo(1);
          sim.seam().clock().sleep(Duration.ofMillis(1_300));
          assertThat(index.probes()).isEqualTo(2);
          store.openReads();
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(promised).isCompletedWithValue(1L);
          assertThat(waiting.revision).isEqualTo(1);
        });
  }

  @Test
  void aPromiseIsBrokenSoonAfterItsDeadline() {
    Simulation.run(
        1,
        sim -> {
          var store = new GatedStore(new MemoryKvStore(sim.seam()));
          var index = new ReadIndex(sim.seam(), store);
          store.closeReads();
          CompletableFuture<Long> patient = promise(sim, index, 10);
          CompletableFuture<Long> hasty = promise(sim, index, 2);
          sim.seam().clock().sleep(Duration.ofMillis(1_900));
          assertThat(hasty).isNotDone();
          sim.seam().clock().sleep(Duration.ofMillis(1_200));
          assertThat(hasty).isCompletedExceptionally();
          assertThat(Status.fromThrowable(hasty.exceptionNow()).getCode())
              .isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(patient).isNotDone();
          store.openReads();
          sim.seam().clock().sleep(Duration.ofMillis(10));
          assertThat(patient).isCompletedWithValue(1L);
        });
  }
}
