package dev.capstan.api;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times as the API carries and prints them: in UTC, in whole seconds where people read them. */
public final class ApiTimes {

  private static final long FIRST = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC);
  private static final long LAST = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC);

  private ApiTimes() {}

  /** The time with full precision. */
  public static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** The time cut to whole seconds. */
  public static Timestamp seconds(Instant instant) {
    return of(instant.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Back to an instant; what no date can hold becomes the nearest that one can. */
  public static Instant instant(Timestamp timestamp) {
    long seconds = Math.clamp(timestamp.getSeconds(), FIRST, LAST);
    return Instant.ofEpochSecond(seconds, Math.clamp(timestamp.getNanos(), 0, 999_999_999));
  }

  /** RFC 3339 in whole seconds, e.g. "2026-11-22T10:15:30Z". */
  public static String print(Timestamp timestamp) {
    return instant(timestamp).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
