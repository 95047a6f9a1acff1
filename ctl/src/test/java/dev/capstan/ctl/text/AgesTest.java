package dev.capstan.ctl.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {

  @ParameterizedTest
  @CsvSource({
    "PT-3S,<invalid>", "PT-1S,0s", "PT0S,0s", "PT119S,119s", "PT120S,2m", "PT5M12S,5m12s",
    "PT9M59S,9m59s", "PT10M,10m", "PT42M30S,42m", "PT2H59M,179m", "PT3H,3h", "PT3H5M,3h5m",
    "PT7H59M,7h59m", "PT8H5M,8h", "PT30H,30h", "PT47H,47h", "PT48H,2d", "PT76H,3d4h",
    "PT191H,7d23h", "P8D,8d", "P200D,200d", "P729D,729d", "P730D,2y", "P1115D,3y20d",
    "P2919D,7y364d", "P2920D,8y", "P3285D,9y"
  })
  void durationsReadAsKubectlPrintsThem(Duration duration, String text) {
    assertThat(Ages.human(duration)).isEqualTo(text);
  }

  @Test
  void aMissingTimeIsUnknown() {
    assertThat(Ages.since(null, Instant.EPOCH)).isEqualTo("<unknown>");
  }
}
