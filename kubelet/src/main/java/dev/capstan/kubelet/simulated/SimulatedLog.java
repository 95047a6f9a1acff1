package dev.capstan.kubelet.simulated;

import dev.capstan.kubelet.runtime.LogQuery;
import java.time.Instant;

/** Reads one simulated log on; its lines are "TIME TEXT". */
final class SimulatedLog {

  private final LogQuery query;
  private int position = -1;

  SimulatedLog(LogQuery query) {
    this.query = query;
  }

  /** What came since the last time; empty if nothing did. */
  String next(StringBuilder log) {
    if (position < 0) {
      position = start(log);
    }
    StringBuilder text = new StringBuilder();
    while (position < log.length()) {
      int end = log.indexOf("\n", position) + 1;
      String line = log.substring(position, end);
      position = end;
      int space = line.indexOf(' ');
      if (query.since() == null
          || !Instant.parse(line.substring(0, space)).isBefore(query.since())) {
        text.append(query.timestamps() ? line : line.substring(space + 1));
      }
    }
    return text.toString();
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
