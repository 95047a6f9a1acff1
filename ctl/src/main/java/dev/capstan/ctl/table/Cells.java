package dev.capstan.ctl.table;

import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.ctl.text.Ages;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Pieces that several tables share. */
public final class Cells {

  private Cells() {}

  /** Time since creation. */
  public static String age(ObjectMeta meta, Instant now) {
    return meta.hasCreationTimestamp() ? since(meta.getCreationTimestamp(), now) : "<unknown>";
  }

  /** Time since a moment. */
  public static String since(Timestamp then, Instant now) {
    return Ages.since(ApiTimes.instant(then), now);
  }

  /** The text, or {@code <none>}. */
  public static String orNone(String s) {
    return s.isEmpty() ? "<none>" : s;
  }

  /** {@code a=b,c=d}, or {@code <none>}. */
  public static String labels(Map<String, String> labels) {
    return orNone(
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(",")));
  }

  /** A selector as text, or {@code <none>}. */
  public static String selector(LabelSelector selector) {
    return orNone(LabelSelectors.print(selector));
  }

  /** Names of containers. */
  public static String names(List<Container> containers) {
    return containers.stream().map(Container::getName).collect(Collectors.joining(","));
  }

  /** Images of containers. */
  public static String images(List<Container> containers) {
    return containers.stream().map(Container::getImage).collect(Collectors.joining(","));
  }
}
