package dev.capstan.kvstore.contract;

import static dev.capstan.kvstore.contract.StoreFixture.absent;
import static dev.capstan.kvstore.contract.StoreFixture.all;
import static dev.capstan.kvstore.contract.StoreFixture.delete;
import static dev.capstan.kvstore.contract.StoreFixture.pairs;
import static dev.capstan.kvstore.contract.StoreFixture.put;
import static dev.capstan.kvstore.contract.StoreFixture.text;
import static dev.capstan.kvstore.contract.StoreFixture.txn;
import static dev.capstan.kvstore.contract.StoreFixture.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.contract.Recorder.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whole revisions in order, without gap or repeat, from any revision, however slow the listener.
 */
interface WatchContract extends StoreFixture {

  private Recorder watch(String prefix, long after) {
    Recorder recorder = new Recorder(seam().clock());
    store().watch(prefix, after, recorder);
    return recorder;
  }

  private long now() {
    return store().get("/none").revision();
  }

  /** A change as one word. */
  static String word(Change change) {
    return switch (change) {
      case Change.Put(var entry) -> entry.key() + "=" + text(entry);
      case Change.Delete(String key) -> key + " gone";
    };
  }

  private static List<String> words(Frame frame) {
    return frame.changes().stream().map(WatchContract::word).toList();
  }

  @Test
  default void aWatchTellsEachChange() {
    long start = now();
    Recorder heard = watch("/a", start);
    commit(txn(put("/a", "1")));
    commit(txn(put("/a", "2")));
    commit(txn(delete("/a")));
    long last = commit(txn(put("/a", "3")));
    List<Frame> frames = heard.awaitRevision(last);
    assertThat(frames)
        .extracting(WatchContract::words)
        .containsExactly(List.of("/a=1"), List.of("/a=2"), List.of("/a gone"), List.of("/a=3"));
    assertThat(frames)
        .extracting(Frame::revision)
        .containsExactly(start + 1, start + 2, start + 3, start + 4);
  }

  @Test
  default void onlyChangesUnderThePrefixAreTold() {
    Recorder heard = watch("/a/", now());
    commit(txn(put("/a/1", "x"), put("/b/1", "x")));
    commit(txn(put("/a", "x")));
    long last = commit(txn(put("/a/2", "x")));
    assertThat(heard.awaitRevision(last))
        .extracting(WatchContract::words)
        .containsExactly(List.of("/a/1=x"), List.of("/a/2=x"));
  }

  @Test
  default void framesAreWholeRevisions() {
    Recorder heard = watch("/", now());
    List<Txn> members = new ArrayList<>();
    String large = "x".repeat(10_000);
    for (int i = 0; i < Group.MAX_MEMBERS; i++) {
      members.add(when(absent("/%03d".formatted(i)), put("/%03d".formatted(i), large)));
    }
    long revision = store().commit(new Group(members)).revision();
    List<Frame> frames = heard.awaitRevision(revision);
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().changes())
        .extracting(Change::key)
        .hasSize(120)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  /** 40 revisions of 1 MiB: over gRPC's default limit together, so in fragments. */
  @Test
  default void aLargeBacklogArrivesWholeAndInOrder() {
    long start = now();
    String value = "x".repeat(9_000);
    long last = start;
    for (int round = 0; round < 40; round++) {
      List<Txn> members = new ArrayList<>();
      for (int i = 0; i < 115; i++) {
        members.add(txn(put("/%03d".formatted(i), round + value)));
      }
      last = store().commit(new Group(members)).revision();
    }
    List<Frame> frames = watch("/", start).awaitRevision(last);
    assertThat(frames).extracting(Frame::revision).hasSize(40).isSorted();
    assertThat(frames).allMatch(frame -> frame.changes().size() == 115);
  }

  @Test
  default void aWatchResumesFromAnyRevision() {
    long start = now();
    for (int i = 0; i < 30; i++) {
      commit(txn(put("/a/" + i % 7, "" + i), i % 3 == 0 ? delete("/a/x") : put("/a/x", "" + i)));
    }
    long last = now();
    List<Frame> whole = watch("/a/", start).awaitRevision(last);
    assertThat(whole).hasSize(30);
    for (int i = 0; i <= 30; i += 5) {
      Recorder later = watch("/a/", start + i);
      commit(txn(put("/a/z", "z" + i)));
      long end = now();
      List<Frame> expected = new ArrayList<>(whole.subList(i, 30));
      List<Frame> heard = later.awaitRevision(end);
      assertThat(heard.stream().map(WatchContract::words).limit(30L - i).toList())
          .isEqualTo(expected.stream().map(WatchContract::words).toList());
    }
  }

  @Test
  default void concurrentWritersAreHeardWithoutGapOrRepeat() throws InterruptedException {
    long start = now();
    Recorder heard = watch("/a/", start);
    List<Thread> writers = new ArrayList<>();
    for (int w = 0; w < 8; w++) {
      int writer = w;
      writers.add(
          seam()
              .threads()
              .start(
                  "writer",
                  () -> {
                    for (int i = 0; i < 40; i++) {
                      String key = "/a/" + (i * (writer + 3)) % 11;
                      commit(i % 5 == 4 ? txn(delete(key)) : txn(put(key, writer + "-" + i)));
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    long last = now();
    commit(txn(put("/a/end", "")));
    List<Frame> frames = heard.awaitRevision(last + 1);
    assertThat(frames)
        .extracting(Frame::revision)
        .doesNotHaveDuplicates()
        .isSorted()
        .hasSize((int) (last + 1 - start));
    TreeMap<String, String> replayed = new TreeMap<>();
    for (Frame frame : frames) {
      for (Change change : frame.changes()) {
        switch (change) {
          case Change.Put(var entry) -> replayed.put(entry.key(), text(entry));
          case Change.Delete(String key) -> replayed.remove(key);
        }
      }
    }
    assertThat(replayed.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList())
        .isEqualTo(pairs(store().range(all("/a/")).entries()));
  }

  @Test
  default void aSlowListenerHoldsUpNobodyAndMissesNothing() {
    Recorder slow = new Recorder(seam().clock());
    slow.block();
    store().watch("/a/", now(), slow);
    Recorder quick = watch("/a/", now());
    long last = 0;
    for (int i = 0; i < 100; i++) {
      last = commit(txn(put("/a/" + i, "x".repeat(1000))));
    }
    assertThat(quick.awaitRevision(last)).hasSize(100);
    assertThat(slow.frames()).isEmpty();
    slow.unblock();
    assertThat(slow.awaitRevision(last)).extracting(Frame::revision).hasSize(100).isSorted();
  }

  @Test
  default void progressIsToldOnRequestThoughNothingUnderThePrefixChanged() {
    Recorder heard = new Recorder(seam().clock());
    long start = now();
    try (KvStore.Watch watch = store().watch("/a/", start, heard)) {
      long other = commit(txn(put("/b", "x")));
      watch.requestProgress();
      heard.awaitProgress(other);
      long mine = commit(txn(put("/a/1", "x")));
      watch.requestProgress();
      heard.awaitProgress(mine);
    }
    assertThat(heard.frames()).hasSize(1);
    assertThat(heard.awaitEnd()).isEqualTo(new WatchEnd.Closed());
  }

  @Test
  default void aWatchFromCompactedHistoryEndsSo() {
    long start = now();
    commit(txn(put("/a", "1")));
    commit(txn(put("/a", "2")));
    long kept = commit(txn(put("/a", "3")));
    long last = commit(txn(put("/a", "4")));
    store().compact(kept);
    assertThat(watch("/", start).awaitEnd()).isEqualTo(new WatchEnd.Compacted(kept));
    assertThat(watch("/", kept - 1).awaitEnd()).isEqualTo(new WatchEnd.Compacted(kept));
    assertThat(watch("/", kept).awaitRevision(last))
        .extracting(WatchContract::words)
        .containsExactly(List.of("/a=4"));
  }

  @Test
  default void aWatchFromTheFutureEndsSo() {
    long revision = commit(txn(put("/a", "1")));
    assertThat(watch("/", revision + 10).awaitEnd()).isEqualTo(new WatchEnd.Future(revision));
  }
}
