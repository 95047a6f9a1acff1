package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kubelet.runtime.LogSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Passes over what an engine keeps of a log while it is written and rotated. */
class LogReadingTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> sent = new ArrayList<>();
  private final LogSink sink =
      new LogSink() {
        @Override
        public boolean write(Instant time, byte[] bytes) {
          sent.add(new String(bytes, StandardCharsets.UTF_8));
          return true;
        }

        @Override
        public boolean gap(Instant after, Instant next) {
          sent.add("gap of " + (next.toEpochMilli() - after.toEpochMilli()) + " ms");
          return true;
        }

        @Override
        public void position(Instant time, long pieces) {
          sent.add("at " + (time.toEpochMilli() - START.toEpochMilli()) + ", " + pieces);
        }
      };
  private final LogReading reading = new LogReading(null, sink);

  /** Pieces are "TIME TEXT", the time in milliseconds. */
  private static LogReading.Pass over(LogReading.Pass pass, String... pieces) throws Exception {
    for (String piece : pieces) {
      String[] parts = piece.split(" ");
      pass.take(
          START.plusMillis(Long.parseLong(parts[0])), parts[1].getBytes(StandardCharsets.UTF_8));
    }
    return pass;
  }

  @Test
  void theNextPassSendsWhatIsNew() throws Exception {
    over(reading.first(), "1 a", "2 b");
    assertThat(over(reading.next(false), "1 a", "2 b", "3 c").found()).isTrue();
    assertThat(sent).containsExactly("a", "b", "c");
  }

  @Test
  void partsOfALongLineAreCounted() throws Exception {
    over(reading.first(), "1 a", "2 b", "2 b");
    assertThat(over(reading.next(false), "2 b", "2 b", "2 b").found())
        .as("how many came before is not known")
        .isFalse();
    assertThat(over(reading.next(false), "1 a", "2 b", "2 b", "2 c", "3 d").found()).isTrue();
    assertThat(sent).containsExactly("a", "b", "b", "c", "d");
  }

  private static boolean counted(LogReading.Count count, boolean whole, String... pieces) {
    for (String piece : pieces) {
      String[] parts = piece.split(" ");
      count.take(
          START.plusMillis(Long.parseLong(parts[0])), parts[1].getBytes(StandardCharsets.UTF_8));
    }
    return count.done(whole);
  }

  @Test
  void afterTheLastPartOfALongLineItsOtherPartsAreNotSent() throws Exception {
    over(reading.first(), "2 z");
    assertThat(reading.isCounted()).isFalse();
    assertThat(counted(reading.count(), false, "2 y", "2 z")).isFalse();
    assertThat(counted(reading.count(), false, "1 a", "2 x", "2 y", "2 z", "2 w")).isTrue();
    over(reading.next(false), "1 a", "2 x", "2 y", "2 z", "2 w", "3 b");
    assertThat(sent).containsExactly("z", "at 2, 3", "w", "b");
  }

  @Test
  void aLineWithoutAnotherBeforeItIsCountedWhenAllIsRead() throws Exception {
    reading.onlyLook();
    over(reading.first(), "2 y");
    assertThat(counted(reading.count(), true, "2 x", "2 y")).isTrue();
    over(reading.next(true), "2 x", "2 y", "2 z");
    assertThat(sent).containsExactly("at 2, 2", "z");
  }

  @Test
  void whatWasKeptOutOfTheOrderOfTimesIsSent() throws Exception {
    over(reading.first(), "1 a", "3 c");
    over(reading.next(true), "1 a", "3 c", "2 b", "4 d");
    assertThat(sent).containsExactly("a", "c", "b", "d");
  }

  @Test
  void whatIsNotKeptAnyMoreIsTold() throws Exception {
    over(reading.first(), "1 a", "2 b");
    assertThat(over(reading.next(true), "7 g", "8 h").found()).isFalse();
    over(reading.afterGap(), "7 g", "8 h");
    assertThat(sent).containsExactly("a", "b", "gap of 5 ms", "g", "h");
  }

  @Test
  void nothingOfThePastIsSentAndNothingOfWhatFollowsIsLost() throws Exception {
    reading.onlyLook();
    over(reading.first(), "1 a");
    over(reading.next(false), "0 x", "1 a", "2 b");
    assertThat(sent).containsExactly("b");
  }

  @Test
  void whatIsOlderThanAskedForIsAPlaceToGoOnFrom() throws Exception {
    LogReading late = new LogReading(START.plusMillis(5), sink);
    late.first();
    assertThat(over(late.next(false), "1 a", "2 b").found()).isTrue();
    assertThat(over(late.next(false), "2 b", "5 c", "6 d").found()).isFalse();
    assertThat(over(late.next(false), "1 a", "2 b", "5 c", "6 d").found()).isTrue();
    assertThat(sent).containsExactly("c", "d");
  }

  @Test
  void theFirstLineOfAnEmptyLogIsSent() throws Exception {
    assertThat(over(reading.first()).isEmpty()).isTrue();
    assertThat(over(reading.next(false), "1 a").found()).isFalse();
    over(reading.next(true), "1 a");
    assertThat(sent).containsExactly("a");
  }
}
