package dev.capstan.ctl.args;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Spans of time as Go writes them: 300ms, 1.5h, 2h45m; a plain number is seconds. As in Go they
 * have 64 bits of nanoseconds, 292 years: every deadline can be counted from now.
 */
public final class Durations {

  private static final long HOUR = 3_600_000_000_000L;
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("[-+]?(?:" + PART.pattern() + ")+");

  private Durations() {}

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException saying what it must be
   */
  public static Duration parse(String text) {
    BigDecimal nanos = magnitude(text);
    if (nanos.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("must be at most " + Long.MAX_VALUE / HOUR + "h");
    }
    Duration span = Duration.ofNanos(nanos.longValue());
    return text.startsWith("-") ? span.negated() : span;
  }

  /** In nanoseconds, without the sign. */
  private static BigDecimal magnitude(String text) {
    if (text.matches("[-+]?\\d+")) {
      return new BigDecimal(text).abs().movePointRight(9);
    }
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException("must be a time such as 90s, 5m or 1h30m");
    }
    return PART.matcher(text)
        .results()
        .map(part -> new BigDecimal(part.group(1)).multiply(unit(part.group(2))))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal unit(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          default -> HOUR;
        });
  }
}
