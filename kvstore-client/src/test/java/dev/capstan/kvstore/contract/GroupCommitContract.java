package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.absent;
import static dev.capstan.kvstore.contract.StoreFixture.at;
import static dev.capstan.kvstore.contract.StoreFixture.bytes;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.exists;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static dev.capstan.kvstore.contract.StoreFixture.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The group commit over this store: shared revisions and no write skew. */
interface GroupCommitContract extends StoreFixture {

  /** A group commit over a faulty view of the store. */
  private void with(BiConsumer<FaultyKvStore, GroupCommit> test) {
    FaultyKvStore faulty = new FaultyKvStore(store());
    try (var commits = new GroupCommit(faulty, ValueCodec.plain(), seam(), GroupListener.NONE)) {
      test.accept(faulty, commits);
    }
  }

  /** Commits in the background. */
  private Thread later(GroupCommit commits, Txn txn, AtomicReference<Result> result) {
    return seam().threads().start("later", () -> result.set(commits.commit(txn, deadline())));
  }

  /** Fills both lanes, lets all of these gather, and lets go. */
  private List<Result> together(Txn... txns) {
    List<Result> results = new ArrayList<>();
    with((faulty, commits) -> {
      try {
        faulty.hold();
        AtomicReference<Result> ignored = new AtomicReference<>();
        Thread one = later(commits, txn(put("/filler/1", "x")), ignored);
        faulty.awaitHeld(1, seam().clock());
        Thread two = later(commits, txn(put("/filler/2", "x")), ignored);
        faulty.awaitHeld(2, seam().clock());
        List<AtomicReference<Result>> slots = new ArrayList<>();
        List<Thread> threads = new ArrayList<>(List.of(one, two));
        for (Txn txn : txns) {
          AtomicReference<Result> slot = new AtomicReference<>();
          slots.add(slot);
          threads.add(later(commits, txn, slot));
          while (commits.waiting() < slots.size()) {
            Thread.onSpinWait();
          }
        }
        faulty.release();
        for (Thread thread : threads) {
          thread.join();
        }
        slots.forEach(slot -> results.add(slot.get()));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    return results;
  }

  @Test
  default void independentWritersShareARevisionAndHaveSlotsOfTheirOwn() {
    List<Result> results =
        together(
            when(absent("/a"), put("/a", "1")),
            when(absent("/b"), put("/b", "1")),
            when(absent("/c"), put("/c", "1")));
    long revision = ((Result.Committed) results.getFirst()).revision();
    assertThat(results)
        .containsExactly(
            new Result.Committed(revision, 0),
            new Result.Committed(revision, 1),
            new Result.Committed(revision, 2));
    assertThat(entry("/c").modRevision()).isEqualTo(revision);
    assertThat(ValueCodec.plain().decode(entry("/c")).slot()).isEqualTo(2);
  }

  /**
   * Both would hold against the state before. Beside each other they must not: the pod comes first,
   * at a revision of its own, or not at all.
   */
  @Test
  default void aPodIsNotCreatedInANamespaceThatIsDeletedBesideIt() {
    long namespace = commit(txn(put("/ns", "default")));
    List<Result> results =
        together(
            when(at("/ns", namespace), delete("/ns")),
            new Txn(List.of(exists("/ns"), absent("/pod")), List.of(put("/pod", "1"))));
    Result.Committed deleted = (Result.Committed) results.get(0);
    if (results.get(1) instanceof Result.Committed created) {
      assertThat(created.revision()).isLessThan(deleted.revision());
    } else {
      assertThat(store().get("/pod").entry()).isNull();
    }
  }

  /** Each compares what the other writes: whatever the order, one of them is refused. */
  @Test
  default void anEmptyNamespaceIsDeletedOrGetsItsFirstPodButNotBoth() {
    long namespace = commit(txn(put("/ns", "default")));
    List<Result> results =
        together(
            new Txn(List.of(exists("/ns"), absent("/pod")), List.of(put("/pod", "1"))),
            new Txn(List.of(at("/ns", namespace), absent("/pod")), List.of(delete("/ns"))));
    assertThat(results).filteredOn(r -> r instanceof Result.Committed).hasSize(1);
    assertThat(store().get("/pod").entry() == null).isEqualTo(store().get("/ns").entry() == null);
  }

  @Test
  default void ofTwoWritersOfOneVersionOneWins() {
    long revision = commit(txn(put("/a", "0")));
    List<Result> results =
        together(
            when(at("/a", revision), put("/a", "1")), when(at("/a", revision), put("/a", "2")));
    int winner = results.get(0) instanceof Result.Committed ? 0 : 1;
    Result.Refused refused = (Result.Refused) results.get(1 - winner);
    Entry current = refused.current("/a");
    assertThat(current).isNotNull();
    assertThat(ValueCodec.plain().decode(current).payload())
        .isEqualTo(bytes(winner == 0 ? "1" : "2"));
  }

  @Test
  default void anInvalidMemberDoesNotHarmTheOthers() {
    List<Thread> threads = new ArrayList<>();
    var results = new ConcurrentLinkedQueue<Result>();
    var failures = new ConcurrentLinkedQueue<StoreException>();
    with((faulty, commits) -> {
      byte[] tooLarge = new byte[2 << 20];
      for (int i = 0; i < 20; i++) {
        Txn txn =
            i == 10
                ? txn(new Txn.Op.Put("/large", tooLarge))
                : when(absent("/" + i), put("/" + i, "x"));
        threads.add(
            seam()
                .threads()
                .start(
                    "writer",
                    () -> {
                      try {
                        results.add(commits.commit(txn, deadline()));
                      } catch (StoreException.Invalid e) {
                        failures.add(e);
                      }
                    }));
      }
      join(threads);
    });
    assertThat(failures).hasSize(1);
    assertThat(results).hasSize(19).allMatch(r -> r instanceof Result.Committed);
  }

  private static void join(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Entry entry(String key) {
    Entry entry = store().get(key).entry();
    assertThat(entry).as(key).isNotNull();
    return entry;
  }
}
