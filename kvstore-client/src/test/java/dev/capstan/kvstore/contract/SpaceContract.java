package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.all;
import static dev.capstan.kvstore.contract.StoreFixture.allAt;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.pairs;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.capstan.kvstore.Compactor;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.SpaceGuard;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compaction, and what happens when the database is full. */
interface SpaceContract extends StoreFixture {

  @Test
  default void compactionForgetsThePastAndKeepsTheRest() {
    long first = commit(txn(put("/a", "1"), put("/b", "1"), put("/c", "1")));
    long second = commit(txn(put("/a", "2"), delete("/b")));
    long third = commit(txn(put("/a", "3")));
    store().compact(second);
    assertThatThrownBy(() -> store().range(allAt("/", first)))
        .isInstanceOf(StoreException.Compacted.class);
    assertThat(pairs(store().range(allAt("/", second)).entries())).containsExactly("/a=2", "/c=1");
    assertThat(pairs(store().range(allAt("/", third)).entries())).containsExactly("/a=3", "/c=1");
    store().compact(first); // Long forgotten: nothing to do.
    assertThat(commit(txn(put("/b", "new")))).isEqualTo(third + 1);
  }

  @Test
  default void theNewestRevisionIsNotGivenOutAgainAfterItWasCompactedAway() {
    commit(txn(put("/a", "1")));
    long gone = commit(txn(delete("/a")));
    store().compact(gone);
    assertThat(store().range(all("/")).entries()).isEmpty();
    assertThat(store().get("/a").revision()).isEqualTo(gone);
    assertThat(commit(txn(put("/a", "2")))).isEqualTo(gone + 1);
  }

  @Test
  default void theFutureCannotBeCompacted() {
    long revision = commit(txn(put("/a", "1")));
    assertThatThrownBy(() -> store().compact(revision + 1))
        .isInstanceOf(StoreException.Future.class);
  }

  /**
   * The whole way: reach 80 % of 64 MiB, still delete and read, and write again after a compaction.
   */
  @Test
  default void aFullStoreTakesDeletesAndIsLeftAgain() throws InterruptedException {
    KvStore store = smallStore();
    SpaceGuard space = new SpaceGuard(store, seam().clock());
    Compactor compactor = new Compactor(store, seam(), space);
    try (var commits =
        new GroupCommit(store, ValueCodec.plain(), seam(), GroupListener.NONE, space)) {
      int written = fill(store, commits);
      assertThat(store.size().bytesInUse()).isBetween(SMALL_QUOTA / 2, SMALL_QUOTA);
      assertThat(store.range(new KvStore.RangeRequest("/a/", "", 0, 0, true)).total())
          .isEqualTo(written);
      Txn mark = txn(put("/a/0", "being deleted"));
      assertThat(commits.commit(mark, deadline(), true))
          .isInstanceOf(GroupCommit.Result.Committed.class);
      for (int i = 0; i < written; i++) {
        assertThat(commits.commit(txn(delete("/a/" + i)), deadline()))
            .isInstanceOf(GroupCommit.Result.Committed.class);
      }
      assertThatThrownBy(() -> commits.commit(txn(put("/b", "x")), deadline()))
          .isInstanceOf(StoreException.OutOfSpace.class);
      compactor.compactTo(store.get("/none").revision());
      assertThat(store.size().bytes()).isLessThan(SMALL_QUOTA / 2);
      assertThat(commits.commit(txn(put("/b", "x")), deadline()))
          .isInstanceOf(GroupCommit.Result.Committed.class);
    }
  }

  /**
   * etcd counts what was written when its backend commits, every 100 ms or as late as the disk is
   * slow. Of gigabytes that is nothing; of 64 MiB it can be the fifth that is kept in reserve.
   */
  private static void awaitCounted(KvStore store, long bytes) {
    await("the store counts what it was given")
        .atMost(Duration.ofSeconds(20))
        .until(() -> store.size().bytesInUse() >= bytes / 10 * 9);
  }

  /** Writes 512 KiB at a time until refused. */
  private int fill(KvStore store, GroupCommit commits) {
    byte[] large = new byte[512 << 10];
    List<StoreException> refusals = new ArrayList<>();
    int written = 0;
    while (refusals.isEmpty() && written < 1000) {
      try {
        commits.commit(txn(new Txn.Op.Put("/a/" + written, large)), deadline());
        written++;
        if (written % 4 == 0) {
          awaitCounted(store, (long) written * large.length);
        }
      } catch (StoreException.OutOfSpace e) {
        refusals.add(e);
      }
    }
    assertThat(refusals).hasSize(1);
    return written;
  }
}
