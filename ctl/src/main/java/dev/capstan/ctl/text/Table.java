package dev.capstan.ctl.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headings; remembers its widths, so that rows printed later (watch) line up as well as
 * they can.
 */
public final class Table {

  private static final int MIN_WIDTH = 6;
  private static final int PADDING = 3;

  private final List<String> headings;
  private final int[] widths;

  /** A table with these columns. */
  public Table(List<String> headings) {
    this.headings = List.copyOf(headings);
    this.widths = new int[headings.size()];
  }

  /** The headings and the rows. */
  public String print(List<List<String>> rows, boolean withHeadings) {
    List<List<String>> all = new ArrayList<>(rows.size() + 1);
    if (withHeadings) {
      all.add(headings);
    }
    for (List<String> row : rows) {
      all.add(row.stream().map(Escapes::line).toList());
    }
    for (List<String> row : all) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], Math.max(MIN_WIDTH, Tabs.width(row.get(i)) + PADDING));
      }
    }
    StringBuilder b = new StringBuilder();
    all.forEach(row -> append(b, row));
    return b.toString();
  }

  private void append(StringBuilder b, List<String> row) {
    int last = row.size() - 1;
    for (int i = 0; i < last; i++) {
      String cell = row.get(i);
      b.append(cell).repeat(' ', widths[i] - Tabs.width(cell));
    }
    b.append(row.get(last)).append('\n');
  }
}
