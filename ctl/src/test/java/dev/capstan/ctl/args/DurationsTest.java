package dev.capstan.ctl.args;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "90, 90000000000",
    "-5, -5000000000",
    "1h30m, 5400000000000",
    "1.5h, 5400000000000",
    ".5s, 500000000",
    "1ms2us3ns, 1002003",
    "-1m, -60000000000",
    "9223372036, 9223372036000000000",
    "9223372036.854775807s, 9223372036854775807",
    "-2562047h47m16.854775807s, -9223372036854775807",
  })
  void theyHave64BitsOfNanoseconds(String text, long nanos) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372037",
        "-9223372037",
        "99999999999999999999999",
        "9223372036854775808ns",
        "9223372036.854775808s",
        "2562048h",
        "9999999999999999999999h",
        "2562047h47m17s",
      })
  void whatIsLongerIsRefusedRatherThanCut(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).hasMessage("must be at most 2562047h");
  }

  @Test
  void whatIsNoTimeSaysSo() {
    for (String text : new String[] {"", "x", "5d", "1h-5m", "\u0661s", "\u0661", "1e3s", "s"}) {
      assertThatThrownBy(() -> Durations.parse(text))
          .hasMessage("must be a time such as 90s, 5m or 1h30m");
    }
  }
}
