package dev.capstan.ctl.text;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Durations and ages as kubectl prints them (apimachinery's duration.HumanDuration). */
public final class Ages {

  private static final long HOURS_A_DAY = 24;
  private static final long DAYS_A_YEAR = 365;

  private Ages() {}

  /**
   * Time from {@code then} to {@code now}: {@code <unknown>} if there is no time, {@code <invalid>}
   * if it is ahead.
   */
  public static String since(@Nullable Instant then, Instant now) {
    return then == null ? "<unknown>" : human(Duration.between(then, now));
  }

  /** A duration in one or two units. */
  public static String human(Duration d) {
    long seconds = d.toSeconds();
    if (d.compareTo(Duration.ofSeconds(-2)) <= 0) {
      return "<invalid>";
    }
    if (seconds < 0) {
      return "0s";
    }
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 600) {
      return two(seconds / 60, "m", seconds % 60, "s");
    }
    return seconds < 3 * 3600 ? seconds / 60 + "m" : long_(seconds / 3600, seconds / 60 % 60);
  }

  private static String long_(long hours, long minutes) {
    if (hours < 8) {
      return two(hours, "h", minutes, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    long days = hours / HOURS_A_DAY;
    if (days < 8) {
      return two(days, "d", hours % HOURS_A_DAY, "h");
    }
    if (days < 2 * DAYS_A_YEAR) {
      return days + "d";
    }
    return days < 8 * DAYS_A_YEAR
        ? two(days / DAYS_A_YEAR, "y", days % DAYS_A_YEAR, "d")
        : days / DAYS_A_YEAR + "y";
  }

  private static String two(long big, String bigUnit, long small, String smallUnit) {
    return small == 0 ? big + bigUnit : big + bigUnit + small + smallUnit;
  }
}
