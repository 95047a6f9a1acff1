package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApiTimesTest {

  private static Timestamp time(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }

  @Test
  void secondsHave64Bits() {
    assertThat(ApiTimes.print(time(1L << 31, 0))).isEqualTo("2038-01-19T03:14:08Z");
    assertThat(ApiTimes.print(time(1L << 32, 999_999_999))).isEqualTo("2106-02-07T06:28:16Z");
    assertThat(ApiTimes.of(Instant.parse("2106-02-07T06:28:16Z"))).isEqualTo(time(1L << 32, 0));
  }

  /** A server may send anything. */
  @Test
  void whatIsNoTimeIsTheNearestThatIs() {
    assertThat(ApiTimes.instant(time(Long.MAX_VALUE, Integer.MAX_VALUE)))
        .isEqualTo("+999999999-12-31T23:59:59.999999999Z");
    assertThat(ApiTimes.instant(time(Long.MIN_VALUE, -1))).isEqualTo("-999999999-01-01T00:00:00Z");
  }
}
