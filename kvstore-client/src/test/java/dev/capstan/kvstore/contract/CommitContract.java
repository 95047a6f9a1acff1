package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.absent;
import static dev.capstan.kvstore.contract.StoreFixture.all;
import static dev.capstan.kvstore.contract.StoreFixture.at;
import static dev.capstan.kvstore.contract.StoreFixture.bytes;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.exists;
import static dev.capstan.kvstore.contract.StoreFixture.pairs;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static dev.capstan.kvstore.contract.StoreFixture.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.Outcome;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares, operations, groups and guards. */
interface CommitContract extends StoreFixture {

  private Entry entry(String key) {
    Entry entry = store().get(key).entry();
    assertThat(entry).as(key).isNotNull();
    return entry;
  }

  @Test
  default void everyCommitTakesTheNextRevision() {
    long first = commit(txn(put("/a", "1")));
    assertThat(commit(txn(put("/b", "1")))).isEqualTo(first + 1);
    assertThat(store().get("/b").revision()).isEqualTo(first + 1);
  }

  @Test
  default void aGroupTakesOneRevision() {
    long revision = commit(txn(put("/a", "1"), put("/b", "1")), txn(put("/c", "1")));
    assertThat(store().range(all("/")).entries())
        .extracting(Entry::modRevision)
        .containsExactly(revision, revision, revision);
  }

  @Test
  default void entriesCountTheirVersionsAndRemembersTheirCreation() {
    long created = commit(txn(put("/a", "1")));
    long changed = commit(txn(put("/a", "2")));
    assertThat(entry("/a"))
        .usingRecursiveComparison()
        .isEqualTo(new Entry("/a", bytes("2"), created, changed, 2));
  }

  @Test
  default void aKeyThatWasDeletedBeginsAnew() {
    commit(txn(put("/a", "1")));
    commit(txn(delete("/a")));
    assertThat(store().get("/a").entry()).isNull();
    long again = commit(txn(put("/a", "2")));
    assertThat(entry("/a").createRevision()).isEqualTo(again);
    assertThat(entry("/a").version()).isEqualTo(1);
  }

  @Test
  default void emptyValuesAreValues() {
    commit(txn(put("/a", "")));
    assertThat(entry("/a").value()).isEmpty();
  }

  @Test
  default void aGroupWithoutEffectTakesNoRevision() {
    long before = commit(txn(put("/a", "1")));
    assertThat(commit(when(absent("/a"), put("/b", "1")), txn(delete("/none")))).isEqualTo(before);
    assertThat(store().get("/b").revision()).isEqualTo(before);
  }

  @Test
  default void everyKindOfCompareHoldsAndFails() {
    long created = commit(txn(put("/a", "1")));
    long changed = commit(txn(put("/a", "2")));
    List<Txn.Compare> hold =
        List.of(
            absent("/none"),
            exists("/a"),
            at("/a", changed),
            new Txn.Compare.CreateRevision("/a", created));
    List<Txn.Compare> fail =
        List.of(
            absent("/a"),
            exists("/none"),
            at("/a", created),
            at("/none", changed),
            new Txn.Compare.CreateRevision("/a", changed));
    hold.forEach(compare ->
        assertThat(result(when(compare, put("/x", "1"))).outcomes())
            .as("%s", compare)
            .containsExactly(new Outcome.Committed()));
    fail.forEach(compare ->
        assertThat(result(when(compare, put("/x", "1"))).outcomes().getFirst())
            .as("%s", compare)
            .isInstanceOf(Outcome.Refused.class));
  }

  @Test
  default void aRefusedMemberHasNoEffectAndTellsWhatItWasJudgedBy() {
    long revision = commit(txn(put("/a", "1"), put("/b", "2")));
    Txn stale =
        new Txn(List.of(at("/a", revision), absent("/b"), exists("/none")), List.of(delete("/a")));
    Outcome outcome = result(stale).outcomes().getFirst();
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    List<Entry> current = ((Outcome.Refused) outcome).current();
    assertThat(pairs(current)).containsExactlyInAnyOrder("/a=1", "/b=2");
    assertThat(entry("/a").modRevision()).isEqualTo(revision);
  }

  @Test
  default void membersSucceedOrFailEachByItself() {
    commit(txn(put("/a", "1")));
    List<Outcome> outcomes =
        result(
                when(absent("/b"), put("/b", "1")),
                when(absent("/a"), put("/a", "2")),
                when(absent("/c"), put("/c", "1")))
            .outcomes();
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Committed.class);
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.Committed.class);
    assertThat(pairs(store().range(all("/")).entries())).containsExactly("/a=1", "/b=1", "/c=1");
  }

  @Test
  default void aGroupWhoseMembersDependOnEachOtherIsNotMade() {
    Txn create = when(exists("/ns"), put("/ns/pod", "1"));
    Txn deleteNamespace = when(exists("/ns"), delete("/ns"));
    assertThatThrownBy(() -> StoreFixture.group(create, deleteNamespace))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StoreFixture.group(txn(put("/a", "1")), txn(delete("/a"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void theLargestGroupIsTaken() {
    List<Txn> members = new ArrayList<>();
    for (int i = 0; i < Group.MAX_MEMBERS; i++) {
      String key = "/%03d".formatted(i);
      members.add(
          new Txn(
              List.of(absent(key + "a"), absent(key + "b"), absent(key + "c")),
              List.of(put(key + "a", "1"), put(key + "b", "1"), put(key + "c", "1"))));
    }
    Group group = new Group(members, new Group.Guard("/guard", 0, bytes("g")));
    assertThat(store().commit(group).outcomes()).hasSize(120).containsOnly(new Outcome.Committed());
    assertThat(store().range(all("/")).entries()).hasSize(361);
  }

  @Test
  default void aRequestThatIsTooLargeIsInvalidAndHasNoEffect() {
    byte[] large = new byte[2 << 20];
    assertThatThrownBy(() -> commit(txn(new Txn.Op.Put("/a", large))))
        .isInstanceOf(StoreException.Invalid.class);
    assertThat(store().get("/a").entry()).isNull();
  }

  @Test
  default void aGuardIsWrittenWithItsGroup() {
    Group first =
        new Group(List.of(txn(put("/a", "1"))), new Group.Guard("/guard", 0, bytes("one")));
    long revision = store().commit(first).revision();
    assertThat(entry("/guard").modRevision()).isEqualTo(revision);
    Group second =
        new Group(List.of(txn(put("/a", "2"))), new Group.Guard("/guard", revision, bytes("two")));
    assertThat(store().commit(second).revision()).isEqualTo(revision + 1);
    assertThat(pairs(store().range(all("/")).entries())).containsExactly("/a=2", "/guard=two");
  }

  @Test
  default void aGuardIsWrittenEvenIfAllMembersAreRefused() {
    commit(txn(put("/a", "1")));
    Group group =
        new Group(
            List.of(when(absent("/a"), put("/a", "2"))), new Group.Guard("/guard", 0, bytes("g")));
    long revision = store().commit(group).revision();
    assertThat(entry("/guard").modRevision()).isEqualTo(revision);
  }

  @Test
  default void aGuardThatHasChangedStopsTheGroupAndTellsWhatIsThere() {
    long revision = commit(txn(put("/guard", "theirs")));
    for (long expected : new long[] {0, revision + 5}) {
      Group group =
          new Group(
              List.of(txn(put("/a", "1"))), new Group.Guard("/guard", expected, bytes("mine")));
      assertThatThrownBy(() -> store().commit(group))
          .isInstanceOfSatisfying(
              StoreException.GuardFailed.class,
              e -> {
                assertThat(e.current()).isNotNull();
                assertThat(e.current().modRevision()).isEqualTo(revision);
              });
    }
    assertThat(store().get("/a").entry()).isNull();
  }

  /** What {@code submit} promises is what {@code commit} would have answered or thrown. */
  @Test
  default void aPromiseIsKept() {
    Group.Guard absent = new Group.Guard("/guard", 0, bytes("1"));
    Group group = new Group(List.of(txn(put("/a", "1"))), absent);
    KvStore.CommitResult result = store().submit(group, seam().threads()).join();
    assertThat(result.outcomes()).containsExactly(new Outcome.Committed());
    assertThat(entry("/a").modRevision()).isEqualTo(result.revision());
    assertThat(store().submit(group, seam().threads()))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(StoreException.GuardFailed.class);
    Group tooLarge = new Group(List.of(txn(new Txn.Op.Put("/large", new byte[2 << 20]))));
    assertThat(store().submit(tooLarge, seam().threads()))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(StoreException.Invalid.class);
  }
}
