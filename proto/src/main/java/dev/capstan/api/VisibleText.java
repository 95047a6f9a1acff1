package dev.capstan.api;

/** Text of strangers, made fit for a message: what would move a cursor or a line is shown. */
final class VisibleText {

  private VisibleText() {}

  /**
   * The text with control characters, line separators and marks of direction by their number, e.g.
   * {@code 001b}.
   */
  static String of(String text) {
    int i = 0;
    while (i < text.length() && !isHidden(text.charAt(i))) {
      i++;
    }
    return i == text.length() ? text : escaped(text);
  }

  private static String escaped(String text) {
    StringBuilder visible = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHidden(c)) {
        visible.append(String.format("\\u%04x", (int) c));
      } else {
        visible.append(c);
      }
    }
    return visible.toString();
  }

  private static boolean isHidden(char c) {
    return Character.isISOControl(c)
        || c == '\u061c'
        || (c >= '\u200e' && c <= '\u200f')
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\ufeff';
  }
}
