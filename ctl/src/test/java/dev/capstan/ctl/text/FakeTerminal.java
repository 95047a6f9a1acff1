package dev.capstan.ctl.text;

import java.util.ArrayList;
import java.util.List;

/**
 * As much of a terminal as {@link LiveLine} uses. One that reflows breaks its lines anew when it is
 * resized, and the cursor stays at its character; another one cuts them.
 */
final class FakeTerminal {

  /** A row, and whether the next one goes on with it. */
  private static final class Row {
    private final StringBuilder text = new StringBuilder();
    private boolean wrapped;
  }

  private final boolean reflows;
  private final List<Row> rows = new ArrayList<>();
  private int columns;
  private int row;
  private int column;
  private boolean wraps = true;

  FakeTerminal(int columns, boolean reflows) {
    this.columns = columns;
    this.reflows = reflows;
    rows.add(new Row());
  }

  /** What is on the screen, without blanks at the ends and without empty rows at the end. */
  List<String> rows() {
    List<String> texts =
        new ArrayList<>(rows.stream().map(r -> r.text.toString().strip()).toList());
    while (!texts.isEmpty() && texts.getLast().isEmpty()) {
      texts.removeLast();
    }
    return texts;
  }

  void print(String text) {
    int i = 0;
    while (i < text.length()) {
      String rest = text.substring(i);
      switch (rest.charAt(0)) {
        case '\r' -> column = 0;
        case '\n' -> {
          column = 0;
          down();
        }
        case '\u001b' -> i += control(rest) - 1;
        default -> put(rest.charAt(0));
      }
      i++;
    }
  }

  private int control(String text) {
    if (text.startsWith("\u001b[J")) {
      rows.subList(row + 1, rows.size()).clear();
      Row here = rows.get(row);
      here.text.setLength(Math.min(column, here.text.length()));
      here.wrapped = false;
      return 3;
    }
    if (text.startsWith("\u001b[?7l") || text.startsWith("\u001b[?7h")) {
      wraps = text.charAt(4) == 'h';
      return 5;
    }
    throw new IllegalArgumentException("unknown: " + text.replace('\u001b', '^'));
  }

  private void put(char c) {
    if (column == columns && wraps) {
      rows.get(row).wrapped = true;
      column = 0;
      down();
    }
    column = Math.min(column, columns - 1);
    StringBuilder text = rows.get(row).text;
    while (text.length() <= column) {
      text.append(' ');
    }
    text.setCharAt(column++, c);
  }

  private void down() {
    row++;
    if (row == rows.size()) {
      rows.add(new Row());
    }
  }

  void resize(int to) {
    columns = to;
    if (reflows) {
      reflow();
    } else {
      rows.forEach(r -> r.text.setLength(Math.min(r.text.length(), to)));
      column = Math.min(column, to - 1);
    }
  }

  private void reflow() {
    List<Row> before = List.copyOf(rows);
    int cursorRow = row;
    int cursorColumn = column;
    rows.clear();
    StringBuilder text = new StringBuilder();
    int cursor = -1;
    for (int i = 0; i < before.size(); i++) {
      if (i == cursorRow) {
        cursor = text.length() + cursorColumn;
      }
      text.append(before.get(i).text);
      if (!before.get(i).wrapped) {
        place(text.toString(), cursor);
        text.setLength(0);
        cursor = -1;
      }
    }
  }

  private void place(String text, int cursor) {
    int from = 0;
    do {
      Row part = new Row();
      int to = Math.min(text.length(), from + columns);
      part.text.append(text, from, to);
      part.wrapped = to < text.length();
      rows.add(part);
      boolean here = cursor >= from && (cursor < from + columns || to == text.length());
      if (here) {
        row = rows.size() - 1;
        column = Math.min(cursor - from, columns - 1);
      }
      from = to;
    } while (from < text.length());
  }
}
