package dev.capstan.api;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the API carries and prints them: in UTC, in whole seconds where people read them. */
public final class ApiTimes {

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

  /** Back to an instant. */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /** RFC 3339 in whole seconds, e.g. "2026-11-22T10:15:30Z". */
  public static String print(Timestamp timestamp) {
    return instant(timestamp).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
