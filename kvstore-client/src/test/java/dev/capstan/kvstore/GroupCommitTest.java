package dev.capstan.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private static Txn put(String key, int bytes) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[bytes])));
  }

  private static long soon(Seam seam) {
    return seam.clock().deadline(Duration.ofSeconds(10));
  }

  /** A memory store on which a commit takes 10 ms, and what it saw. */
  private static GroupCommit slow(Seam seam, List<Integer> sizes, int[] mostInFlight) {
    KvStore memory = new MemoryKvStore(seam);
    int[] inFlight = {0};
    KvStore store =
        new DelegatingKvStore(memory) {
          @Override
          public CommitResult commit(Group group) {
            inFlight[0]++;
            mostInFlight[0] = Math.max(mostInFlight[0], inFlight[0]);
            sizes.add(group.members().size());
            try {
              seam.clock().sleep(Duration.ofMillis(10));
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            inFlight[0]--;
            return super.commit(group);
          }
        };
    return new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE);
  }

  @Test
  void atMostTwoGroupsAreInFlightAndAGroupIsWhatWaitsWhenOneReturns() {
    List<Integer> sizes = new ArrayList<>();
    int[] most = {0};
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          try (GroupCommit commits = slow(seam, sizes, most)) {
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 102; i++) {
              String key = "/" + i;
              writers.add(
                  seam.threads().start("w", () -> commits.commit(put(key, 10), soon(seam))));
              seam.clock().sleep(Duration.ofNanos(1000));
            }
            for (Thread writer : writers) {
              writer.join();
            }
          }
        });
    assertThat(most[0]).isEqualTo(2);
    // Two set out alone, the other hundred while they are on their way.
    assertThat(sizes.subList(0, 3)).containsExactly(1, 1, 100);
  }

  @Test
  void aLoneWriterDoesNotWaitForCompany() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          try (GroupCommit commits = slow(seam, new ArrayList<>(), new int[1])) {
            long before = seam.clock().nanoTime();
            commits.commit(put("/a", 10), soon(seam));
            long took = seam.clock().nanoTime() - before;
            assertThat(Duration.ofNanos(took)).isEqualTo(Duration.ofMillis(10));
          }
        });
  }

  @Test
  void whatWasNotSentBeforeItsDeadlineWillNotHappen() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          try (GroupCommit commits = slow(seam, new ArrayList<>(), new int[1])) {
            seam.threads().start("1", () -> commits.commit(put("/1", 1), soon(seam)));
            seam.threads().start("2", () -> commits.commit(put("/2", 1), soon(seam)));
            seam.clock().sleep(Duration.ofMillis(1));
            long now = seam.clock().deadline(Duration.ofMillis(1));
            assertThatThrownBy(() -> commits.commit(put("/3", 1), now))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("nothing was sent");
          }
        });
  }

  @Test
  void aMemberIsLimited() {
    Seam seam = Seam.system();
    Txn.Op.Put put = new Txn.Op.Put("/a", new byte[0]);
    Txn tooMany =
        new Txn(
            List.of(),
            List.of(
                put, new Txn.Op.Delete("/b"), new Txn.Op.Delete("/c"), new Txn.Op.Delete("/d")));
    try (KvStore store = new MemoryKvStore(seam);
        GroupCommit commits =
            new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE)) {
      assertThatThrownBy(() -> commits.commit(tooMany, soon(seam)))
          .isInstanceOf(StoreException.Invalid.class);
      assertThatThrownBy(() -> commits.commit(new Txn(List.of(), List.of()), soon(seam)))
          .isInstanceOf(StoreException.Invalid.class);
    }
  }

  @Test
  void afterCloseNothingIsTakenAndWhatWasTakenIsCommitted() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          GroupCommit commits = slow(seam, new ArrayList<>(), new int[1]);
          List<Result> results = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            String key = "/" + i;
            seam.threads().start("w", () -> results.add(commits.commit(put(key, 1), soon(seam))));
          }
          seam.clock().sleep(Duration.ofMillis(1));
          commits.close();
          assertThatThrownBy(() -> commits.commit(put("/late", 1), soon(seam)))
              .isInstanceOf(StoreException.Unavailable.class);
          sim.eventually("all answered", Duration.ofSeconds(1), () -> results.size() == 10);
        });
  }
}
