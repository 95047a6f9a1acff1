package dev.capstan.apiserver.watch;

import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.CompactedDetail;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A watcher that does not keep up harms itself alone, and is told the truth. */
class SlowWatcherTest {

  private static final String FILLER = "x".repeat(2_000);

  private static Status.Code code(FakeStream stream) {
    return Status.fromThrowable(stream.error).getCode();
  }

  @Test
  void aSlowWatcherIsReplayedFromTheRing() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream slow = api.watchMaps("");
          api.settle();
          slow.room(0);
          for (int i = 0; i < 200; i++) {
            api.write(map("a", "v" + i));
          }
          api.settle();
          assertThat(slow.changes()).isEmpty();
          slow.room(1_000);
          api.settle();
          assertThat(slow.changes()).hasSize(200);
          api.write(map("a", "last"));
          api.settle();
          assertThat(slow.changes()).hasSize(201);
          assertThat(slow.version()).isEqualTo(ResourceVersions.whole(api.revision()));
        });
  }

  @Test
  void pastTheRingsEndItIsToldToListAgainAndOthersNoticeNothing() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, 100_000);
          FakeStream slow = api.watchMaps("");
          FakeStream fast = api.watchMaps("");
          api.settle();
          slow.room(0);
          for (int i = 0; i < 300; i++) {
            api.write(map("a", FILLER + i));
            if (i % 10 == 0) {
              api.settle();
            }
          }
          api.settle();
          assertThat(fast.changes()).hasSize(300);
          assertThat(slow.changes()).isEmpty();
          slow.room(1_000);
          api.settle();
          assertThat(slow.changes()).isEmpty();
          assertThat(code(slow)).isEqualTo(Status.Code.OUT_OF_RANGE);
          CompactedDetail detail =
              ApiErrors.detail(slow.failure(), CompactedDetail.class).orElseThrow();
          assertThat(detail.getCurrentResourceVersion())
              .isEqualTo(ResourceVersions.whole(api.revision()));
        });
  }

  @Test
  void oneThatNeverReadsIsEndedOnceItCannotGoOn() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, 100_000);
          FakeStream slow = api.watchMaps("");
          api.settle();
          slow.room(0);
          api.write(map("a", "first"));
          for (int i = 0; i < 100; i++) {
            api.write(map("a", FILLER + i));
          }
          sim.seam().clock().sleep(Duration.ofSeconds(6));
          assertThat(slow.over).isTrue();
          assertThat(code(slow)).isEqualTo(Status.Code.OUT_OF_RANGE);
        });
  }

  @Test
  void oneThatNeverReadsItsBeginningIsGivenUpAfterAMinute() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          for (int i = 0; i < 100; i++) {
            api.write(map("m" + i, FILLER));
          }
          FakeStream slow = new FakeStream();
          slow.room(1);
          api.open(api.server, slow, "", "", selector("ConfigMap", "", ""));
          sim.seam().clock().sleep(Duration.ofSeconds(50));
          assertThat(slow.over).isFalse();
          sim.seam().clock().sleep(Duration.ofSeconds(20));
          assertThat(code(slow)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(slow.messages()).hasSize(1);
        });
  }

  @Test
  void alsoWhileTheStoreHangs() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          for (int i = 0; i < 100; i++) {
            api.write(map("m" + i, FILLER));
          }
          FakeStream slow = new FakeStream();
          slow.room(1);
          api.open(api.server, slow, "", "", selector("ConfigMap", "", ""));
          FakeStream quiet = api.watchMaps("");
          api.settle();
          assertThat(quiet.over).isFalse();
          api.store.closeReads();
          sim.seam().clock().sleep(Duration.ofMinutes(3));
          assertThat(code(slow)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        });
  }

  @Test
  void theBacklogOfAWatcherIsBounded() {
    var backlog = new Backlog();
    int taken = 0;
    while (backlog.add(taken)) {
      taken++;
      assertThat(taken).isLessThan(1_000);
    }
    assertThat(backlog.first()).isZero();
    backlog.clear();
    assertThat(backlog.isEmpty()).isTrue();
  }

  @Test
  void theRingStaysWithinItsBytesWhateverIsWritten() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, 100_000);
          for (int i = 0; i < 500; i++) {
            api.write(map("a" + i % 7, FILLER + i));
          }
          api.settle();
          var stats = api.server.stats();
          assertThat(stats.ringBytes()).isBetween(50_000L, 100_000L);
          assertThat(stats.revision()).isEqualTo(api.revision());
          assertThat(stats.oldestRevision()).isGreaterThan(api.revision() - 100);
        });
  }

  @Test
  void whenLittleHappensAFewPastRevisionsRemainAndNobodyLosesTheThread() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, 100_000);
          FakeStream maps = api.watchMaps("");
          api.settle();
          for (int i = 0; i < 500; i++) {
            api.write(map("a" + i % 7, FILLER + i));
            api.settle();
          }
          sim.seam().clock().sleep(Duration.ofSeconds(10));
          assertThat(api.server.stats().ringBytes()).isGreaterThan(50_000L);
          sim.seam().clock().sleep(Duration.ofSeconds(20));
          assertThat(api.server.stats().ringBytes()).isBetween(5_000L, 12_500L);
          FakeStream late = api.watchMaps(maps.version());
          api.write(map("a0", "after the break"));
          api.settle();
          assertThat(maps.changes()).hasSize(501);
          assertThat(late.changes()).hasSize(1);
        });
  }

  @Test
  void aClientThatLeavesLeavesNothingBehind() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          FakeStream stalled = api.watchMaps("");
          stalled.room(0);
          api.settle();
          assertThat(api.server.stats().watchers()).isEqualTo(2);
          maps.cancel();
          stalled.cancel();
          api.settle();
          assertThat(api.server.stats().watchers()).isZero();
          assertThat(maps.over).isTrue();
          assertThat(stalled.over).isTrue();
        });
  }
}
