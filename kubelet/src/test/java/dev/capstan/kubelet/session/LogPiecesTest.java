package dev.capstan.kubelet.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of a log that came in several parts. */
class LogPiecesTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> sent = new ArrayList<>();
  private final List<LogPosition> places = new ArrayList<>();
  private final LogPieces pieces =
      new LogPieces(
          LogsRequest.newBuilder().setTimestamps(true).build(),
          (bytes, place) -> {
            sent.add(new String(bytes, StandardCharsets.UTF_8));
            places.add(place);
            return true;
          });

  private void write(String text) throws InterruptedException {
    pieces.write(0, TIME, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aLineHasOneTime() throws InterruptedException {
    write("one ");
    write("line\n");
    assertThat(sent).containsExactly("2026-01-01T00:00:00.000000000Z one ", "line\n");
  }

  @Test
  void goingOnInTheMiddleOfALineSaysNoTimeThere() throws InterruptedException {
    pieces.goOn(LogPosition.newBuilder().setTime(ApiTimes.of(TIME)).setPieces(1).build());
    write("one ");
    write("line\n");
    assertThat(sent).containsExactly("line\n");
  }

  @Test
  void aReaderThatBeganInTheMiddleOfALineKnowsItsPlace() throws InterruptedException {
    write("third part\n");
    pieces.position(TIME, 3);
    write("another line\n");
    assertThat(places.getLast().getPieces()).isEqualTo(4);
  }
}
