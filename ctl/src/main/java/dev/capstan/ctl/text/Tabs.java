package dev.capstan.ctl.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of tab-terminated cells, aligned in columns.
 *
 * <p>A column is a run of adjacent lines that all have a cell there, as with Go's text/tabwriter,
 * whose alignment kubectl's output has; the last cell of a line belongs to no column.
 */
public final class Tabs {

  private final int minWidth;
  private final int padding;
  private final List<String[]> lines = new ArrayList<>();

  /** Columns at least {@code minWidth} wide, {@code padding} blanks included. */
  public Tabs(int minWidth, int padding) {
    this.minWidth = minWidth;
    this.padding = padding;
  }

  /** The alignment of kubectl's describe. */
  public static Tabs describe() {
    return new Tabs(0, 2);
  }

  /** The alignment of kubectl's tables. */
  public static Tabs table() {
    return new Tabs(6, 3);
  }

  /** Adds a line; cells are separated by tabs. */
  public Tabs line(String line) {
    lines.add(line.split("\t", -1));
    return this;
  }

  /** The aligned text, each line ended by a line break. */
  @Override
  public String toString() {
    StringBuilder[] done = new StringBuilder[lines.size()];
    for (int i = 0; i < done.length; i++) {
      done[i] = new StringBuilder();
    }
    align(done, 0, lines.size(), 0);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < done.length; i++) {
      String[] cells = lines.get(i);
      all.append(done[i]).append(cells[cells.length - 1]).append('\n');
    }
    return all.toString();
  }

  private void align(StringBuilder[] done, int from, int to, int column) {
    int i = from;
    while (i < to) {
      int end = i;
      int width = 0;
      while (end < to && lines.get(end).length > column + 1) {
        width = Math.max(width, width(lines.get(end)[column]));
        end++;
      }
      if (end == i) {
        i++;
        continue;
      }
      pad(done, i, end, column, Math.max(minWidth, width + padding));
      align(done, i, end, column + 1);
      i = end;
    }
  }

  private void pad(StringBuilder[] done, int from, int to, int column, int width) {
    for (int i = from; i < to; i++) {
      String cell = lines.get(i)[column];
      done[i].append(cell).repeat(' ', width - width(cell));
    }
  }

  /** Columns a text takes on a terminal, counting every code point as one. */
  static int width(String s) {
    return s.codePointCount(0, s.length());
  }
}
