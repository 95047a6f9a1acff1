package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.absent;
import static dev.capstan.kvstore.contract.StoreFixture.at;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static dev.capstan.kvstore.contract.StoreFixture.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.FaultyKvStore.Fault;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The truth about replies that were lost and requests that came late. */
interface UnknownOutcomeContract extends StoreFixture {

  /** A group commit over a faulty view of the store. */
  private void with(BiConsumer<FaultyKvStore, GroupCommit> test) {
    FaultyKvStore faulty = new FaultyKvStore(store());
    try (var commits = new GroupCommit(faulty, ValueCodec.plain(), seam(), GroupListener.NONE)) {
      test.accept(faulty, commits);
    }
  }

  @Test
  default void aLostReplyIsFoundOut() {
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REPLY, Fault.LOSE_REQUEST);
      Result result = commits.commit(when(absent("/a"), put("/a", "1")), deadline());
      Entry entry = entry("/a");
      assertThat(result).isEqualTo(new Result.Committed(entry.modRevision(), 0));
      assertThat(entry.version()).isEqualTo(1);
    });
  }

  @Test
  default void aLostReplyToARefusalIsARefusal() {
    commit(txn(put("/a", "theirs")));
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REPLY);
      Result result = commits.commit(when(absent("/a"), put("/a", "mine")), deadline());
      Entry current = ((Result.Refused) result).current("/a");
      assertThat(current).isNotNull();
      assertThat(StoreFixture.text(current)).isEqualTo("theirs");
    });
  }

  @Test
  default void aLostRequestIsSentAgain() {
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REQUEST, Fault.REFUSE, Fault.LOSE_REQUEST);
      commits.commit(when(absent("/a"), put("/a", "1")), deadline());
      assertThat(entry("/a").version()).isEqualTo(1);
    });
  }

  /** Reading back "absent" would have proved nothing. */
  @Test
  default void aRequestThatIsAppliedLaterIsAppliedOnce() {
    with((faulty, commits) -> {
      faulty.fail(Fault.DELAY);
      Result.Committed first =
          (Result.Committed) commits.commit(txn(put("/a", "mine")), deadline());
      assertThat(entry("/a").modRevision()).isEqualTo(first.revision());
      commit(txn(put("/a", "theirs")));
      // Whatever comes next lets the delayed one through first: it must have no effect any more.
      commits.commit(txn(put("/b", "1")), deadline());
      assertThat(StoreFixture.text(entry("/a"))).isEqualTo("theirs");
    });
  }

  /** A create that was applied, then deleted by another, must not be applied again. */
  @Test
  default void aCreateWhoseReplyWasLostDoesNotBringBackWhatWasDeletedSince() {
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REPLY);
      faulty.afterNextFault(() -> commit(txn(delete("/a"))));
      Result result = commits.commit(when(absent("/a"), put("/a", "1")), deadline());
      assertThat(result).isInstanceOf(Result.Committed.class);
      assertThat(store().get("/a").entry()).isNull();
    });
  }

  /** An update that was applied and then overwritten was a success, not a conflict. */
  @Test
  default void anUpdateWhoseReplyWasLostIsKnownThoughOverwrittenSince() {
    long revision = commit(txn(put("/a", "0")));
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REPLY);
      faulty.afterNextFault(() -> commit(txn(put("/a", "theirs"))));
      Result result = commits.commit(when(at("/a", revision), put("/a", "mine")), deadline());
      assertThat(result).isEqualTo(new Result.Committed(revision + 1, 0));
      assertThat(StoreFixture.text(entry("/a"))).isEqualTo("theirs");
    });
  }

  /** A delete leaves no value that says whose it was. */
  @Test
  default void aDeleteWhoseReplyWasLostIsKnownForOurs() {
    long revision = commit(txn(put("/a", "0")));
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REPLY);
      Result result = commits.commit(when(at("/a", revision), delete("/a")), deadline());
      assertThat(result).isEqualTo(new Result.Committed(revision + 1, 0));
    });
  }

  @Test
  default void aDeleteThatAnotherWasQuickerWithIsRefused() {
    long revision = commit(txn(put("/a", "0")));
    with((faulty, commits) -> {
      faulty.fail(Fault.LOSE_REQUEST);
      faulty.afterNextFault(() -> commit(txn(delete("/a"))));
      Result result = commits.commit(when(at("/a", revision), delete("/a")), deadline());
      assertThat(result).isInstanceOf(Result.Refused.class);
    });
  }

  @Test
  default void whatIsUnknownAtTheDeadlineIsSaidToBe() {
    with((faulty, commits) -> {
      Fault[] many = new Fault[1000];
      Arrays.fill(many, Fault.LOSE_REQUEST);
      faulty.fail(many);
      long soon = seam().clock().deadline(Duration.ofMillis(200));
      assertThatThrownBy(() -> commits.commit(txn(put("/a", "1")), soon))
          .isInstanceOf(StoreException.UnknownOutcome.class);
    });
  }

  @Test
  default void aStoreThatRefusesUntilTheDeadlineIsUnavailableOrInDoubt() {
    with((faulty, commits) -> {
      Fault[] many = new Fault[1000];
      Arrays.fill(many, Fault.REFUSE);
      faulty.fail(many);
      long soon = seam().clock().deadline(Duration.ofMillis(200));
      assertThatThrownBy(() -> commits.commit(txn(put("/a", "1")), soon))
          .isInstanceOfAny(StoreException.Unavailable.class, StoreException.UnknownOutcome.class);
      assertThat(store().get("/a").entry()).isNull();
    });
  }

  /** After it was given up, a late request and the lane's next group still exclude each other. */
  @Test
  default void aLaneGoesOnAfterAGroupThatWasGivenUp() {
    with((faulty, commits) -> {
      faulty.fail(Fault.DELAY);
      long past = seam().clock().nanoTime();
      assertThatThrownBy(() -> commits.commit(txn(put("/a", "1")), past + 1_000_000))
          .isInstanceOf(StoreException.class);
      for (int i = 0; i < 5; i++) {
        Result result = commits.commit(txn(put("/b", "" + i)), deadline());
        assertThat(result).isInstanceOf(Result.Committed.class);
      }
    });
  }

  @Test
  default void markersAreRemovedAtTheEnd() throws InterruptedException {
    with((faulty, commits) -> commits.commit(txn(put("/a", "1")), deadline()));
    KvStore.RangeRequest lanes = new KvStore.RangeRequest(GroupCommit.LANE_PREFIX, "", 0, 0, true);
    long deadline = deadline();
    while (store().range(lanes).total() > 0 && seam().clock().nanoTime() - deadline < 0) {
      seam().clock().sleep(Duration.ofMillis(5));
    }
    assertThat(store().range(lanes).total()).isZero();
  }

  private Entry entry(String key) {
    Entry entry = store().get(key).entry();
    assertThat(entry).as(key).isNotNull();
    return entry;
  }
}
