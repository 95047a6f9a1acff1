package dev.capstan.seam.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** Who ran when. The digest covers everything, the lines the most recent part. */
public final class Trace {

  private static final int KEPT = 50_000;

  /** One line. */
  record Line(long nanos, String text) {
    @Override
    public String toString() {
      return "%12.6f %s".formatted(nanos / 1e9, text);
    }
  }

  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private long steps;

  /** FNV-1a over times and texts: the same on every JVM. */
  private long digest = 0xcbf29ce484222325L;

  void step(long nanos, String who) {
    steps++;
    add(nanos, who);
  }

  void add(long nanos, String text) {
    mix(nanos);
    for (int i = 0; i < text.length(); i++) {
      mix(text.charAt(i));
    }
    lines.add(new Line(nanos, text));
    if (lines.size() > KEPT) {
      lines.remove();
    }
  }

  private void mix(long value) {
    digest = (digest ^ value) * 0x100000001b3L;
  }

  /** Pieces of work so far. */
  public long steps() {
    return steps;
  }

  /** Equal for equal traces. */
  public String digest() {
    return "%016x".formatted(digest);
  }

  /** The most recent lines: simulated seconds and who ran. */
  public List<String> lines() {
    return lines.stream().map(Line::toString).toList();
  }

  /** The last {@code count} lines. */
  List<String> last(int count) {
    return lines.stream().skip(Math.max(0, lines.size() - count)).map(Line::toString).toList();
  }

  /** Simulated time of the last line. */
  public Duration time() {
    return lines.isEmpty() ? Duration.ZERO : Duration.ofNanos(lines.getLast().nanos());
  }
}
