package dev.capstan.ctl.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * JSON values that follow each other without anything in between, as {@code jq '.items[]'} prints
 * them. YAML knows no such thing.
 */
final class JsonTexts {

  private JsonTexts() {}

  /**
   * A part of a text.
   *
   * @param line of its first character, from 0
   * @param column of its first character, from 0
   */
  record Part(String text, int line, int column) {}

  /**
   * The values of a text that begins with one and goes on with another; whatever follows the last
   * of them stays with it. Any other text is one part.
   */
  static List<Part> split(String text) {
    List<Part> parts = new ArrayList<>();
    int start = 0;
    int line = 0;
    int lineStart = 0;
    int next = nextValue(text, 0);
    while (next >= 0) {
      parts.add(new Part(text.substring(start, next), line, start - lineStart));
      for (int i = start; i < next; i++) {
        if (text.charAt(i) == '\n') {
          line++;
          lineStart = i + 1;
        }
      }
      start = next;
      next = nextValue(text, start);
    }
    parts.add(new Part(text.substring(start), line, start - lineStart));
    return parts;
  }

  /** Where the value after the one at {@code from} begins; -1 if there is none right after it. */
  private static int nextValue(String text, int from) {
    int begin = blanks(text, from);
    int end = isValue(text, begin) ? blanks(text, endOfValue(text, begin)) : text.length();
    return isValue(text, end) ? end : -1;
  }

  private static boolean isValue(String text, int at) {
    return at < text.length() && (text.charAt(at) == '{' || text.charAt(at) == '[');
  }

  private static int blanks(String text, int from) {
    int i = from;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Behind the bracket that closes the one at {@code from}, or the end of the text. */
  private static int endOfValue(String text, int from) {
    int depth = 0;
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        i += c == '\\' && quote == '"' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        // Single quotes are YAML's; JSON has none outside of strings.
        quote = c;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }
}
