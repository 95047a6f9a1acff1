package dev.capstan.ctl.args;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as Go writes them: 300ms, 1.5h, 2h45m; a plain number is seconds. */
public final class Durations {

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("[-+]?(?:" + PART.pattern() + ")+");

  private Durations() {}

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Duration parse(String text) {
    try {
      if (text.matches("[-+]?\\d+")) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      if (!WHOLE.matcher(text).matches()) {
        throw new IllegalArgumentException(text);
      }
      long nanos = 0;
      Matcher m = PART.matcher(text);
      while (m.find()) {
        BigDecimal part = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(unit(m.group(2))));
        nanos = Math.addExact(nanos, part.longValue());
      }
      return Duration.ofNanos(text.startsWith("-") ? -nanos : nanos);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static long unit(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us", "µs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      default -> 3_600_000_000_000L;
    };
  }
}
