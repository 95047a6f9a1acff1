package dev.capstan.ctl.describe;

import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.Tabs;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Lines of a description: names on the left, values aligned on the right. */
final class Sheet {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Tabs tabs = Tabs.describe();

  /** A name and its value. */
  Sheet put(int level, String name, Object value) {
    tabs.line(indent(level) + name + ":\t" + Escapes.line(value.toString()));
    return this;
  }

  /** As {@link #put} unless there is no value. */
  Sheet putIf(int level, String name, String value) {
    return value.isEmpty() ? this : put(level, name, value);
  }

  /** A name over what follows. */
  Sheet head(int level, String name) {
    tabs.line(indent(level) + name + ":");
    return this;
  }

  /** Cells, separated by tabs, as they are. */
  Sheet row(int level, String... cells) {
    StringBuilder b = new StringBuilder(indent(level));
    for (int i = 0; i < cells.length; i++) {
      b.append(i == 0 ? "" : "\t").append(Escapes.line(cells[i]));
    }
    tabs.line(b.toString());
    return this;
  }

  /** A map, a line each; values of long annotations are cut. */
  Sheet map(int level, String name, Map<String, String> map, String separator) {
    Map<String, String> shown = new TreeMap<>(map);
    // What apply notes for itself is the object once more, and of no interest here.
    shown.remove(WellKnown.ANNOTATION_LAST_APPLIED);
    if (shown.isEmpty()) {
      return put(level, name, "<none>");
    }
    boolean first = true;
    for (Map.Entry<String, String> e : shown.entrySet()) {
      String value =
          e.getValue().length() > 140 ? e.getValue().substring(0, 140) + "..." : e.getValue();
      String key = first ? name + ":" : "";
      first = false;
      tabs.line(indent(level) + key + "\t" + Escapes.line(e.getKey() + separator + value));
    }
    return this;
  }

  /** Several values, a line each. */
  Sheet lines(int level, String name, List<String> values) {
    if (values.isEmpty()) {
      return put(level, name, "<none>");
    }
    for (int i = 0; i < values.size(); i++) {
      tabs.line(indent(level) + (i == 0 ? name + ":" : "") + "\t" + Escapes.line(values.get(i)));
    }
    return this;
  }

  /** E.g. {@code Sun, 22 Nov 2026 13:00:00 +0000}. */
  static String time(Timestamp t) {
    return TIME.format(ApiTimes.instant(t));
  }

  private static String indent(int level) {
    return "  ".repeat(level);
  }

  @Override
  public String toString() {
    return tabs.toString();
  }
}
