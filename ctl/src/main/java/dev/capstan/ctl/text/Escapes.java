package dev.capstan.ctl.text;

/** Makes text from the cluster harmless to a terminal and to the shape of a table. */
public final class Escapes {

  private Escapes() {}

  /**
   * One line: line breaks and tabs as {@code \n} and {@code \t}, other control characters visible.
   */
  public static String line(String s) {
    return escape(s, false);
  }

  /** Several lines: line breaks stay, everything else as in {@link #line}. */
  public static String text(String s) {
    return escape(s, true);
  }

  private static String escape(String s, boolean lines) {
    int i = 0;
    while (i < s.length() && !isUnsafe(s.charAt(i))) {
      i++;
    }
    if (i == s.length()) {
      return s;
    }
    StringBuilder b = new StringBuilder(s.length() + 16);
    for (int j = 0; j < s.length(); j++) {
      append(b, s.charAt(j), lines);
    }
    return b.toString();
  }

  private static void append(StringBuilder b, char c, boolean lines) {
    if (!isUnsafe(c) || (lines && c == '\n')) {
      b.append(c);
      return;
    }
    switch (c) {
      case '\n' -> b.append("\\n");
      case '\r' -> b.append("\\r");
      case '\t' -> b.append(lines ? "    " : "\\t");
      default -> {
        if (c < 0x20) {
          b.append('^').append((char) (c + '@'));
        } else {
          b.append(String.format("\\u%04x", (int) c));
        }
      }
    }
  }

  /**
   * Control characters (C0, DEL, C1), line separators, and marks that reverse the direction of what
   * follows.
   */
  private static boolean isUnsafe(char c) {
    return c < 0x20
        || (c >= 0x7f && c <= 0x9f)
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }
}
