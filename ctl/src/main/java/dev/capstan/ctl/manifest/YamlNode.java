package dev.capstan.ctl.manifest;

import java.util.List;

/**
 * A parsed YAML value with the place where it starts. Aliases are already replaced by what they
 * stand for.
 */
sealed interface YamlNode {

  /** Where it starts. */
  Mark mark();

  /**
   * A line and a column.
   *
   * @param line from 1
   * @param column from 1
   */
  record Mark(int line, int column) {
    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  /**
   * A text, number, word or nothing.
   *
   * @param plain true if written without quotes, so that it may be something else than text
   */
  record Scalar(String text, boolean plain, Mark mark) implements YamlNode {}

  /** A list. */
  record Sequence(List<YamlNode> items, Mark mark) implements YamlNode {}

  /** A map in the order of the text; keys are unique. */
  record Mapping(List<Entry> entries, Mark mark) implements YamlNode {}

  /** A member of a map. */
  record Entry(String key, Mark keyMark, YamlNode value) {}

  /** True for nothing at all: empty, {@code ~} or {@code null}. */
  default boolean isNull() {
    return this instanceof Scalar s && s.plain() && isNullWord(s.text());
  }

  private static boolean isNullWord(String s) {
    return switch (s) {
      case "", "~", "null", "Null", "NULL" -> true;
      default -> false;
    };
  }

  /** The member's value as text, or empty. */
  static String text(Mapping map, String key) {
    for (Entry e : map.entries()) {
      if (e.key().equals(key) && e.value() instanceof Scalar s) {
        return s.text();
      }
    }
    return "";
  }
}
