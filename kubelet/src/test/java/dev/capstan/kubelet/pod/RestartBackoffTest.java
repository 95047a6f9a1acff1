package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When an ended container is started again. */
class RestartBackoffTest {

  @Test
  void atOnceThenFromTenSecondsToFiveMinutes() {
    assertThat(IntStream.rangeClosed(0, 8).mapToObj(RestartBackoff::delay).map(Duration::toSeconds))
        .containsExactly(0L, 0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
  }

  @Test
  void tenMinutesBeginAnew() {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(RestartBackoff.next(5, start, start.plusSeconds(599))).isEqualTo(6);
    assertThat(RestartBackoff.next(5, start, start.plusSeconds(600))).isEqualTo(1);
    assertThat(RestartBackoff.next(5, null, start)).isEqualTo(6);
  }

  @Test
  void aClockThatWasSetBackMakesNoPauseLonger() {
    Instant end = Instant.parse("2026-01-01T01:00:00Z");
    Duration pause = Duration.ofSeconds(20);
    assertThat(RestartBackoff.left(pause, end, end.plusSeconds(5))).hasSeconds(15);
    assertThat(RestartBackoff.left(pause, end, end.plusSeconds(60))).isNegative();
    assertThat(RestartBackoff.left(pause, end, end.minusSeconds(3000))).isEqualTo(pause);
  }
}
