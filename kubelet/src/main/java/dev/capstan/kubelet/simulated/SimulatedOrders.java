package dev.capstan.kubelet.simulated;

import dev.capstan.api.Numbers;
import dev.capstan.kubelet.runtime.ContainerSpec;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How one simulated container behaves, told by annotations of its pod ({@code
 * capstan.dev/simulate-…}) and by the tag of its image: {@code :broken} ends at once with code 1,
 * {@code :missing} cannot be pulled.
 *
 * @param startDelay extra time its start takes ({@code start-delay: 5s})
 * @param failStart its command cannot be run ({@code start: fail})
 * @param runFor it ends by itself after this time ({@code run-for: 10s}); null for never
 * @param exitCode with this code ({@code exit-code: 1})
 * @param oom as if out of memory ({@code oom: true})
 * @param readyAfter its probes fail before ({@code ready-after: 5s})
 * @param unreadyAfter its readiness probes fail afterwards ({@code unready-after: 60s}); null for
 *     never
 * @param unhealthyAfter its liveness probes fail afterwards ({@code unhealthy-after: 60s}); null
 *     for never
 * @param message what it leaves as its termination message ({@code message: TEXT})
 * @param stopDelay time from TERM to its end ({@code stop-delay: 3s}); longer than the grace period
 *     means killed
 */
record SimulatedOrders(
    Duration startDelay,
    boolean failStart,
    @Nullable Duration runFor,
    int exitCode,
    boolean oom,
    Duration readyAfter,
    @Nullable Duration unreadyAfter,
    @Nullable Duration unhealthyAfter,
    String message,
    Duration stopDelay) {

  private static final String PREFIX = "capstan.dev/simulate-";

  static SimulatedOrders of(ContainerSpec spec) {
    boolean broken = spec.image().endsWith(":broken");
    Duration runFor = duration(spec, "run-for");
    String code = order(spec, "exit-code");
    return new SimulatedOrders(
        orZero(duration(spec, "start-delay")),
        order(spec, "start").equals("fail"),
        broken && runFor == null ? Duration.ZERO : runFor,
        code.matches("\\d{1,3}") ? Numbers.parseInt(code) : broken ? 1 : 0,
        order(spec, "oom").equals("true"),
        orZero(duration(spec, "ready-after")),
        duration(spec, "unready-after"),
        duration(spec, "unhealthy-after"),
        order(spec, "message"),
        orZero(duration(spec, "stop-delay")));
  }

  private static String order(ContainerSpec spec, String name) {
    return spec.annotations().getOrDefault(PREFIX + name, "");
  }

  private static Duration orZero(@Nullable Duration duration) {
    return duration == null ? Duration.ZERO : duration;
  }

  /** Reads "500ms", "5s" or "2m"; null if there is none or it cannot be read. */
  private static @Nullable Duration duration(ContainerSpec spec, String name) {
    String text = order(spec, name).toLowerCase(Locale.ROOT);
    if (text.endsWith("ms") && text.matches("\\d{1,9}ms")) {
      return Duration.ofMillis(Numbers.parseLong(text.substring(0, text.length() - 2)));
    }
    try {
      return text.isEmpty() ? null : Duration.parse("PT" + text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
