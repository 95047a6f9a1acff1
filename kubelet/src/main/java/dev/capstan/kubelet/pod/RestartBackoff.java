package dev.capstan.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an ended container is started again: at once the first time, then after 10 s, 20 s, 40 s … 5
 * min; from the beginning once it has run for 10 minutes. The constants are Kubernetes'.
 *
 * <p>Each container is labelled with the step it was started at, so that a restarted kubelet goes
 * on with the same back-off.
 */
final class RestartBackoff {

  static final Duration FIRST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofMinutes(5);
  static final Duration RESET_AFTER = Duration.ofMinutes(10);

  private RestartBackoff() {}

  /**
   * The step after a container of step {@code step} that ran from {@code started} to {@code
   * finished}.
   */
  static int next(int step, @Nullable Instant started, @Nullable Instant finished) {
    boolean ranLong =
        started != null
            && finished != null
            && Duration.between(started, finished).compareTo(RESET_AFTER) >= 0;
    return ranLong ? 1 : step + 1;
  }

  /**
   * The pause before a start of this step: none for the first start (0) and the first restart (1).
   */
  static Duration delay(int step) {
    if (step <= 1) {
      return Duration.ZERO;
    }
    return step > 6 ? LONGEST : min(FIRST.multipliedBy(1L << (step - 2)));
  }

  /**
   * What is left at {@code now} of the pause after a container that ended at {@code end}, which
   * lies ahead when the clock has been set back; never more than the whole pause.
   */
  static Duration left(Duration pause, Instant end, Instant now) {
    Duration passed = Duration.between(end, now);
    return passed.isNegative() ? pause : pause.minus(passed);
  }

  private static Duration min(Duration delay) {
    return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
  }
}
