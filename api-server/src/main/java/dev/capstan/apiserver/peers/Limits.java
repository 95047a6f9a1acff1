package dev.capstan.apiserver.peers;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The values of all limits. */
public final class Limits {

  private final EnumMap<Limit, Integer> values = new EnumMap<>(Limit.class);

  private Limits() {
    for (Limit limit : Limit.values()) {
      values.put(limit, limit.standard());
    }
  }

  /** Those of production. */
  public static Limits standard() {
    return new Limits();
  }

  /**
   * The standard ones, but for those named.
   *
   * @param changed by {@link Limit#option}
   * @throws IllegalArgumentException if there is no such limit or it is not a positive number
   */
  public static Limits with(Map<String, Integer> changed) {
    Limits limits = new Limits();
    changed.forEach((name, value) -> limits.values.put(named(name), positive(name, value)));
    return limits;
  }

  private static Limit named(String name) {
    return Arrays.stream(Limit.values())
        .filter(limit -> limit.option().equals(name))
        .findAny()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no limit " + name + ", only " + names()));
  }

  private static String names() {
    return Arrays.stream(Limit.values()).map(Limit::option).collect(Collectors.joining(", "));
  }

  private static int positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("limit " + name + ": must be > 0, not " + value);
    }
    return value;
  }

  /** Frames a second in the long run: a stranger gets a tenth of what a user gets. */
  double perSecond(FrameKind kind, boolean stranger) {
    int value = of(kind.limit());
    return stranger && kind != FrameKind.CALL ? value / 10.0 : value;
  }

  int of(Limit limit) {
    return values.getOrDefault(limit, limit.standard());
  }
}
