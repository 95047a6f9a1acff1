package dev.capstan.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeartbeatObserverTest {

  private final HeartbeatObserver observer = new HeartbeatObserver(Duration.ofSeconds(15));

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void seenEverySecond(long from, long to) {
    for (long second = from; second <= to; second++) {
      observer.seenUpTo(at(second));
    }
  }

  private Optional<Long> silence(long now) {
    return observer.silence("n", at(now)).map(Duration::toSeconds);
  }

  @Test
  void beforeAnythingHasBeenSeenNobodyIsSilent() {
    observer.heard("n", at(0));
    assertThat(silence(100)).isEmpty();
  }

  @Test
  void silenceIsCountedFromTheLastHeartbeat() {
    seenEverySecond(0, 10);
    observer.heard("n", at(10));
    seenEverySecond(11, 50);
    assertThat(silence(50)).contains(40L);
  }

  @Test
  void aNodeNeverHeardIsSilentSinceTheWatchBegan() {
    seenEverySecond(5, 45);
    assertThat(silence(45)).contains(40L);
  }

  @Test
  void silenceCountsOnlyAsFarAsEverythingHasBeenSeen() {
    observer.heard("n", at(0));
    seenEverySecond(0, 20);
    assertThat(silence(30)).contains(20L);
  }

  @Test
  void whileNothingIsSeenNobodyIsJudged() {
    seenEverySecond(0, 20);
    assertThat(silence(36)).isEmpty();
  }

  @Test
  void afterAGapCountingBeginsAnew() {
    observer.heard("n", at(0));
    seenEverySecond(0, 20);
    seenEverySecond(60, 70);
    assertThat(silence(70)).contains(10L);
  }

  @Test
  void aShortBreakIsNoGap() {
    observer.heard("n", at(0));
    seenEverySecond(0, 20);
    seenEverySecond(34, 45);
    assertThat(silence(45)).contains(45L);
  }

  @Test
  void aNewTermBeginsAnew() {
    observer.heard("n", at(0));
    seenEverySecond(0, 39);
    observer.restart();
    assertThat(silence(39)).isEmpty();
    seenEverySecond(40, 45);
    assertThat(silence(45)).contains(5L);
  }

  @Test
  void aNodeIsMissingFromTheFirstTimeItIsMissed() {
    assertThat(observer.missing("n", false, at(10))).isZero();
    assertThat(observer.missing("n", false, at(50))).isEqualTo(Duration.ofSeconds(40));
    assertThat(observer.missing("n", true, at(51))).isZero();
    assertThat(observer.missing("n", false, at(60))).isZero();
  }

  @Test
  void aTaintThatGoesAndComesBackStartsOver() {
    assertThat(observer.taintAges("n", List.of("a"), at(0))).containsEntry("a", Duration.ZERO);
    assertThat(observer.taintAges("n", List.of("a", "b"), at(9)))
        .containsEntry("a", Duration.ofSeconds(9))
        .containsEntry("b", Duration.ZERO);
    observer.taintAges("n", List.of("b"), at(10));
    assertThat(observer.taintAges("n", List.of("a"), at(11))).containsEntry("a", Duration.ZERO);
  }
}
