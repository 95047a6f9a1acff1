package dev.capstan.kubelet.simulated;

import dev.capstan.kubelet.runtime.LogQuery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads one simulated log on; its lines are "TIME TEXT". */
final class SimulatedLog {

  private final LogQuery query;
  private int place = -1;

  /** A line with its line break. */
  record Line(Instant time, String text) {}

  SimulatedLog(LogQuery query) {
    this.query = query;
  }

  /** The next line; null if there is none yet. */
  @Nullable Line next(StringBuilder log) {
    if (place < 0) {
      place = start(log);
    }
    while (place < log.length()) {
      int end = log.indexOf("\n", place) + 1;
      String line = log.substring(place, end);
      place = end;
      int space = line.indexOf(' ');
      Instant time = Instant.parse(line.substring(0, space));
      if (query.since() == null || !time.isBefore(query.since())) {
        return new Line(time, line.substring(space + 1));
      }
    }
    return null;
  }

  private int start(StringBuilder log) {
    if (query.tailLines() == null) {
      return 0;
    }
    int start = log.length();
    for (long i = 0; i < query.tailLines() && start > 0; i++) {
      start = start < 2 ? 0 : log.lastIndexOf("\n", start - 2) + 1;
    }
    return start;
  }
}
