package dev.capstan.apiserver.watch;

import static dev.capstan.apiserver.testing.ReadHarness.delete;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.mapOf;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.CompactedDetail;
import dev.capstan.apiserver.read.ReadSide;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.kvstore.KvStore;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Going on where one was: after any version seen, on this server or the next one. */
class ResumeTest {

  private static Status.Code code(FakeStream stream) {
    return Status.fromThrowable(stream.error).getCode();
  }

  private static List<String> names(FakeStream stream) {
    return stream.changes().stream()
        .flatMap(f -> f.getEventsList().stream())
        .map(e -> e.getType() + " " + mapOf(e).getMetadata().getName())
        .toList();
  }

  @Test
  void afterAWholeRevisionTheNextOneFollows() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          long first = api.write(map("a", "1"), map("b", "1"));
          api.write(map("c", "1"));
          FakeStream maps = api.watchMaps(ResourceVersions.whole(first));
          api.settle();
          api.write(map("d", "1"));
          api.settle();
          assertThat(names(maps)).containsExactly("ADDED c", "ADDED d");
        });
  }

  /** A client that comes back where nothing happens learns at once that it is heard. */
  @Test
  void aWatchThatGoesOnSaysSoWithinASecond() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          String version = ResourceVersions.whole(api.write(map("a", "1")));
          FakeStream maps = api.watchMaps(version);
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          assertThat(maps.bookmarks()).hasSize(1);
          assertThat(maps.bookmarks().getFirst().getResourceVersion()).isEqualTo(version);
          sim.seam().clock().sleep(Duration.ofSeconds(3));
          assertThat(maps.bookmarks()).hasSize(1);
        });
  }

  @Test
  void inTheMiddleOfAGroupTheRestOfItFollows() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          long revision = api.write(map("a", "1"), map("b", "1"), map("c", "1"), map("d", "1"));
          FakeStream maps = api.watchMaps(ResourceVersions.of(revision, 1));
          FakeStream last = api.watchMaps(ResourceVersions.of(revision, 3));
          api.settle();
          api.write(map("e", "1"));
          api.settle();
          assertThat(names(maps)).containsExactly("ADDED c", "ADDED d", "ADDED e");
          assertThat(names(last)).containsExactly("ADDED e");
        });
  }

  /**
   * A deletion's slot is not stored: whatever its writer was told, nothing after it may be missed.
   */
  @Test
  void afterADeletionInTheMiddleOfAGroupNothingIsMissed() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"), map("c", "1"));
          long revision =
              api.commit(
                  List.of(
                      delete(map("a", "")),
                      delete(map("b", "")),
                      api.put(map("d", "1"), 2),
                      delete(map("c", ""))));
          FakeStream all = api.watchMaps(ResourceVersions.whole(revision - 1));
          FakeStream afterA = api.watchMaps(ResourceVersions.of(revision, 0));
          FakeStream afterD = api.watchMaps(ResourceVersions.of(revision, 2));
          api.settle();
          assertThat(names(all)).containsExactly("DELETED a", "DELETED b", "ADDED d", "DELETED c");
          assertThat(names(afterA)).endsWith("DELETED b", "ADDED d", "DELETED c");
          assertThat(names(afterD)).containsExactly("DELETED c");
          List<Long> versions =
              all.events().stream()
                  .map(e -> ResourceVersions.parse(mapOf(e).getMetadata().getResourceVersion()))
                  .toList();
          assertThat(versions).isSorted().doesNotHaveDuplicates();
        });
  }

  @Test
  void aVersionTheServerHasNotReachedYetIsWaitedFor() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.store.closeWatch();
          long revision = api.write(map("a", "1"));
          FakeStream maps = api.watchMaps(ResourceVersions.whole(revision));
          sim.seam().clock().sleep(Duration.ofSeconds(2));
          assertThat(maps.over).isFalse();
          api.store.openWatch();
          api.write(map("b", "1"));
          api.settle();
          assertThat(names(maps)).containsExactly("ADDED b");
        });
  }

  @Test
  void aVersionAboveTheStoresIsOutOfRange() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          long revision = api.write(map("a", "1"));
          FakeStream maps = api.watchMaps(ResourceVersions.whole(revision + 1));
          FakeStream mid = api.watchMaps(ResourceVersions.of(revision + 1, 0));
          api.settle();
          assertThat(code(maps)).isEqualTo(Status.Code.OUT_OF_RANGE);
          assertThat(code(mid)).isEqualTo(Status.Code.OUT_OF_RANGE);
          assertThat(
                  ApiErrors.detail(maps.failure(), CompactedDetail.class)
                      .orElseThrow()
                      .getCurrentResourceVersion())
              .isEqualTo(ResourceVersions.whole(revision));
        });
  }

  @Test
  void whatIsNoVersionIsRefused() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          for (String bad : List.of("x", "-1", "1.5", "99999999999999999999", " 1")) {
            FakeStream maps = api.watchMaps(bad);
            api.settle();
            assertThat(code(maps)).isEqualTo(Status.Code.INVALID_ARGUMENT);
          }
          FakeStream largest = api.watchMaps(Long.toString(Long.MAX_VALUE));
          FakeStream smallest = api.watchMaps("0");
          api.settle();
          assertThat(code(largest)).isEqualTo(Status.Code.OUT_OF_RANGE);
          assertThat(code(smallest)).isEqualTo(Status.Code.OUT_OF_RANGE);
        });
  }

  @Test
  void aRestartedServerLetsWatchersGoOnWhereTheyWere() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("old", "1"));
          FakeStream before = api.watchMaps("");
          api.settle();
          String seen = before.version();
          api.server.close();
          for (int i = 0; i < 50; i++) {
            api.write(map("m" + i, "1"));
          }
          api.commit(List.of(delete(map("old", ""))));
          ReadSide next = api.startServer(1 << 20, 1_000);
          FakeStream after = api.watch(next, seen, selector("ConfigMap", "", ""));
          api.settle();
          assertThat(after.error).isNull();
          assertThat(names(after)).hasSize(51).startsWith("ADDED m0").endsWith("DELETED old");
        });
  }

  @Test
  void aServerStartsFromTheOldestRevisionTheStoreStillHas() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          long gone = api.write(map("a", "2"));
          long kept = api.write(map("b", "1"));
          api.write(map("c", "1"));
          api.memory.compact(kept);
          ReadSide next = api.startServer(1 << 20, 1_000);
          FakeStream tooOld =
              api.watch(next, ResourceVersions.whole(gone), selector("ConfigMap", "", ""));
          FakeStream resumed =
              api.watch(next, ResourceVersions.whole(kept), selector("ConfigMap", "", ""));
          FakeStream anew = api.watch(next, "", selector("ConfigMap", "", ""));
          api.settle();
          assertThat(code(tooOld)).isEqualTo(Status.Code.OUT_OF_RANGE);
          assertThat(names(resumed)).containsExactly("ADDED c");
          assertThat(anew.events()).hasSize(3);
        });
  }

  @Test
  void aServerThatStopsLetsWatchersGoOnElsewhere() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          api.write(map("a", "1"));
          long last = api.write(ReadHarness.pod("p", "n"));
          api.settle();
          api.server.close();
          api.settle();
          assertThat(code(maps)).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(maps.frames().getLast().getBookmark()).isTrue();
          assertThat(maps.version()).isEqualTo(ResourceVersions.whole(last));
          FakeStream late = api.watchMaps("");
          api.settle();
          assertThat(code(late)).isEqualTo(Status.Code.UNAVAILABLE);
        });
  }

  @Test
  void whenTheThreadOfRevisionsIsLostWatchersAreToldToListAgain() {
    for (KvStore.WatchEnd end :
        List.of(new KvStore.WatchEnd.Compacted(5), new KvStore.WatchEnd.Future(2))) {
      Simulation.run(
          1,
          sim -> {
            var api = new ReadHarness(sim);
            api.write(map("a", "1"));
            FakeStream maps = api.watchMaps("");
            api.settle();
            api.store.endWatch(end);
            api.settle();
            assertThat(code(maps)).isEqualTo(Status.Code.OUT_OF_RANGE);
            api.write(map("b", "1"));
            FakeStream anew = api.watchMaps("");
            sim.seam().clock().sleep(Duration.ofSeconds(1));
            assertThat(anew.events()).hasSize(2);
            assertThat(anew.error).isNull();
          });
    }
  }

  @Test
  void aWatchOfTheStoreThatBreaksIsTakenUpAgainWithoutAGap() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          api.write(map("a", "1"));
          api.store.endWatch(new KvStore.WatchEnd.Closed());
          api.write(map("b", "1"));
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          api.write(map("c", "1"));
          api.settle();
          assertThat(names(maps)).containsExactly("ADDED a", "ADDED b", "ADDED c");
        });
  }
}
