package dev.capstan.ctl.text;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** Quoted text in jsonpath: single or double quotes, with the escapes of Go. */
final class JsonPathQuotes {

  private static final Pattern OCTAL = Pattern.compile("[0-7]{3}");
  private static final String PLAIN = "abfnrtv\\";
  private static final String MEANT = "\u0007\b\f\n\r\t\u000b\\";

  private JsonPathQuotes() {}

  /** The index after the quotes that open at {@code open}. */
  static int end(String s, int open) {
    for (int i = open + 1; i < s.length() && s.charAt(i) != '\n'; i++) {
      if (s.charAt(i) == '\\') {
        i++;
      } else if (s.charAt(i) == s.charAt(open)) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("unterminated quoted string");
  }

  /** What stands between the quotes that open at {@code open}. */
  static String read(String s, int open) {
    String inside = s.substring(open + 1, end(s, open) - 1);
    StringBuilder b = new StringBuilder();
    int i = 0;
    while (i < inside.length()) {
      char c = inside.charAt(i);
      if (c == '\\') {
        i += escape(inside, i + 1, s.charAt(open), b) + 1;
      } else {
        b.append(c);
        i++;
      }
    }
    return b.toString();
  }

  /** Appends what the escape after a backslash means; returns its length. */
  private static int escape(String s, int at, char quote, StringBuilder b) {
    char c = s.charAt(at);
    int plain = PLAIN.indexOf(c);
    if (plain >= 0 || c == quote) {
      b.append(plain < 0 ? c : MEANT.charAt(plain));
      return 1;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    try {
      if (digits > 0 && at + digits < s.length()) {
        b.appendCodePoint(HexFormat.fromHexDigits(s, at + 1, at + 1 + digits));
        return digits + 1;
      }
      if (OCTAL.matcher(s).region(at, s.length()).lookingAt()) {
        int high = s.charAt(at) - '0';
        b.append((char) (high << 6 | (s.charAt(at + 1) - '0') << 3 | (s.charAt(at + 2) - '0')));
        return 3;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("unquote string " + s + ": unknown escape", e);
    }
    throw new IllegalArgumentException("unquote string " + s + ": unknown escape \\" + c);
  }
}
