package dev.capstan.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.FakeClock;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceAndCompactionTest {

  private static final long QUOTA = 1_000_000;

  private final FakeClock clock = new FakeClock();
  private final Seam seam = clock.seam();
  private final KvStore store = new MemoryKvStore(seam, QUOTA);
  private final SpaceGuard space = new SpaceGuard(store, clock);
  private final Compactor compactor = new Compactor(store, seam, space);

  private static Txn put(String key, int bytes) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[bytes])));
  }

  private long write(String key, int bytes) {
    return store.commit(new Group(List.of(put(key, bytes)))).revision();
  }

  private void readable(long revision) {
    store.range(new KvStore.RangeRequest("/", "", 1, revision, false));
  }

  private void compacted(long revision) {
    assertThatThrownBy(() -> readable(revision)).isInstanceOf(StoreException.Compacted.class);
  }

  @Test
  void anHourOfHistoryIsKept() {
    long early = write("/a", 10);
    compactor.tick();
    clock.advance(Duration.ofMinutes(30));
    long later = write("/a", 10);
    compactor.tick();
    clock.advance(Duration.ofMinutes(31));
    long now = write("/a", 10);
    readable(early);
    compactor.tick();
    readable(early); // Exactly this was the state an hour ago.
    clock.advance(Duration.ofMinutes(30));
    compactor.tick();
    compacted(early);
    readable(later);
    readable(now);
  }

  @Test
  void compactionWaitsFiveMinutes() {
    write("/a", 10);
    compactor.tick();
    clock.advance(Duration.ofHours(2));
    write("/a", 10);
    compactor.tick();
    clock.advance(Duration.ofHours(2));
    long first = write("/a", 10);
    compactor.tick();
    clock.advance(Duration.ofMinutes(4));
    write("/a", 10);
    compactor.tick();
    readable(first);
  }

  @Test
  void notMoreThanAQuarterOfTheQuotaIsKept() {
    compactor.tick();
    long first = 0;
    for (int i = 0; i < 30; i++) {
      long revision = write("/a", 20_000);
      first = first == 0 ? revision : first;
      compactor.tick();
      clock.advance(Duration.ofSeconds(10));
    }
    compacted(first);
    assertThat(store.size().bytesInUse()).isLessThan(QUOTA / 3);
  }

  @Test
  void fromEightyPercentOnOnlyDeletesPassAndBelowSeventyFiveAllDo() {
    for (int i = 0; i < 8; i++) {
      write("/" + i, 98_000);
    }
    space.refresh();
    space.admit(put("/x", 10));
    write("/8", 20_000);
    space.refresh();
    assertThatThrownBy(() -> space.admit(put("/x", 10)))
        .isInstanceOf(StoreException.OutOfSpace.class)
        .hasMessageContaining("delete something");
    Txn delete = new Txn(List.of(), List.of(new Txn.Op.Delete("/0")));
    space.admit(delete);
    store.commit(new Group(List.of(delete)));
    compactor.compactTo(store.get("/").revision());
    space.admit(put("/x", 10));
  }

  @Test
  void aFullStoreIsLookedAtAgainOnceASecond() {
    write("/a", 850_000);
    space.refresh();
    store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Delete("/a"))))));
    store.compact(store.get("/").revision());
    assertThatThrownBy(() -> space.admit(put("/x", 10)))
        .isInstanceOf(StoreException.OutOfSpace.class);
    clock.advance(Duration.ofSeconds(1));
    space.admit(put("/x", 10));
  }

  @Test
  void whileTheStoreIsFullHistoryIsHardlyKept() {
    compactor.tick();
    write("/a", 850_000);
    store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Delete("/a"))))));
    space.refresh();
    compactor.tick();
    clock.advance(Duration.ofSeconds(31));
    compactor.tick();
    clock.advance(Duration.ofSeconds(31));
    compactor.tick();
    space.admit(put("/x", 10));
  }

  @Test
  void markersOfDeadServersAreSweptAfterADay() throws InterruptedException {
    GroupCommit dead = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE);
    dead.commit(put("/a", 1), clock.deadline(Duration.ofMinutes(1)));
    KvStore.RangeRequest lanes = new KvStore.RangeRequest(GroupCommit.LANE_PREFIX, "", 0, 0, true);
    clock.advance(Duration.ofHours(23));
    new LaneSweep(store, clock).run();
    assertThat(store.range(lanes).total()).isEqualTo(1);
    clock.advance(Duration.ofHours(2));
    new LaneSweep(store, clock).run();
    assertThat(store.range(lanes).total()).isZero();
    // It was only idle after all: it makes another marker.
    assertThat(dead.commit(put("/b", 1), clock.deadline(Duration.ofMinutes(1))))
        .isInstanceOf(GroupCommit.Result.Committed.class);
  }
}
