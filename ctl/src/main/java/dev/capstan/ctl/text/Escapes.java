package dev.capstan.ctl.text;

/** Makes text from the cluster harmless to a terminal and to the shape of a table. */
public final class Escapes {

  private Escapes() {}

  /**
   * One line: line breaks and tabs as {@code \n} and {@code \t}, other control characters visible.
   */
  public static String line(String s) {
    return escape(s, "", "\\t");
  }

  /** Several lines: line breaks stay, everything else as in {@link #line}. */
  public static String text(String s) {
    return escape(s, "\n", "    ");
  }

  /** Anything: line breaks and tabs stay, everything else as in {@link #line}. */
  public static String screen(String s) {
    return escape(s, "\n\t", "\t");
  }

  private static String escape(String s, String harmless, String tab) {
    int i = 0;
    while (i < s.length() && !isUnsafe(s.charAt(i))) {
      i++;
    }
    if (i == s.length()) {
      return s;
    }
    StringBuilder b = new StringBuilder(s.length() + 16);
    for (int j = 0; j < s.length(); j++) {
      char c = s.charAt(j);
      boolean stays = !isUnsafe(c) || harmless.indexOf(c) >= 0;
      b.append(stays ? String.valueOf(c) : shown(c, tab));
    }
    return b.toString();
  }

  private static String shown(char c, String tab) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> tab;
      default -> c < 0x20 ? "^" + (char) (c + '@') : String.format("\\u%04x", (int) c);
    };
  }

  /**
   * Control characters (C0, DEL, C1), line separators, and marks that reverse the direction of what
   * follows.
   */
  private static boolean isUnsafe(char c) {
    return c < 0x20
        || (c >= 0x7f && c <= 0x9f)
        || c == 0x061c
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }
}
