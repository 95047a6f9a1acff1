package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.all;
import static dev.capstan.kvstore.contract.StoreFixture.allAt;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.keys;
import static dev.capstan.kvstore.contract.StoreFixture.pairs;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.KvStore.RangeResult;
import dev.capstan.kvstore.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads of now and of the past, pages, counts. */
interface ReadContract extends StoreFixture {

  @Test
  default void aRangeHoldsWhatIsUnderThePrefixInOrder() {
    commit(txn(put("/a/2", "x")), txn(put("/a/10", "x")), txn(put("/a", "x")));
    commit(txn(put("/b/1", "x")), txn(put("/a0", "x")), txn(put("/a/", "x")));
    RangeResult result = store().range(all("/a/"));
    assertThat(keys(result.entries())).containsExactly("/a/", "/a/10", "/a/2");
    assertThat(result.more()).isFalse();
    assertThat(result.revision()).isEqualTo(store().get("/a").revision());
  }

  @Test
  default void aPageEndsAtTheLimitAndTheNextStartsAfterIt() {
    commit(txn(put("/a/1", "x"), put("/a/2", "x"), put("/a/3", "x")));
    RangeResult first = store().range(new RangeRequest("/a/", "", 2, 0, false));
    assertThat(keys(first.entries())).containsExactly("/a/1", "/a/2");
    assertThat(first.more()).isTrue();
    RangeResult second = store().range(new RangeRequest("/a/", "/a/2", 2, 0, false));
    assertThat(keys(second.entries())).containsExactly("/a/3");
    assertThat(second.more()).isFalse();
  }

  @Test
  default void countingGivesOnlyTheNumber() {
    long before = commit(txn(put("/a/1", "x"), put("/a/2", "x"), put("/b", "x")));
    commit(txn(delete("/a/1")));
    RangeResult now = store().range(new RangeRequest("/a/", "", 0, 0, true));
    assertThat(now.entries()).isEmpty();
    assertThat(now.total()).isEqualTo(1);
    assertThat(store().range(new RangeRequest("/a/", "", 0, before, true)).total()).isEqualTo(2);
    assertThat(store().range(new RangeRequest("/none/", "", 0, 0, true)).total()).isZero();
  }

  @Test
  default void theRevisionIncludesEveryAcknowledgedCommit() {
    for (int i = 0; i < 20; i++) {
      long committed = commit(txn(put("/a/" + i, "x")));
      assertThat(store().revision().join()).isGreaterThanOrEqualTo(committed);
    }
  }

  @Test
  default void thePastIsReadAsItWas() {
    long first = commit(txn(put("/a", "1"), put("/b", "1")));
    long second = commit(txn(put("/a", "2"), delete("/b")));
    long third = commit(txn(put("/b", "3")));
    assertThat(pairs(store().range(allAt("/", first)).entries())).containsExactly("/a=1", "/b=1");
    assertThat(pairs(store().range(allAt("/", second)).entries())).containsExactly("/a=2");
    assertThat(pairs(store().range(allAt("/", third)).entries())).containsExactly("/a=2", "/b=3");
    assertThat(store().range(allAt("/", first)).revision()).isGreaterThanOrEqualTo(first);
    Entry old = store().range(allAt("/b", first)).entries().getFirst();
    assertThat(old.createRevision()).isEqualTo(first);
  }

  @Test
  default void theFutureCannotBeRead() {
    long revision = commit(txn(put("/a", "1")));
    assertThatThrownBy(() -> store().range(allAt("/", revision + 1)))
        .isInstanceOf(StoreException.Future.class);
  }

  @Test
  default void pagesAtOneRevisionAreOneListWhateverIsWrittenMeanwhile() {
    for (int i = 0; i < 50; i++) {
      commit(txn(put("/a/%02d".formatted(i), "old")));
    }
    List<String> list = new ArrayList<>();
    RangeResult page = store().range(new RangeRequest("/a/", "", 7, 0, false));
    long revision = page.revision();
    list.addAll(pairs(page.entries()));
    for (int i = 0; page.more(); i++) {
      commit(
          txn(put("/a/%02d".formatted(49 - i), "new"), delete("/a/%02d".formatted(i + 20))),
          txn(put("/a/new" + i, "new")));
      String last = page.entries().getLast().key();
      page = store().range(new RangeRequest("/a/", last, 7, revision, false));
      list.addAll(pairs(page.entries()));
    }
    assertThat(list).hasSize(50).doesNotHaveDuplicates().allMatch(pair -> pair.endsWith("=old"));
  }
}
