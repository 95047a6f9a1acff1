package dev.capstan.ctl.text;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides how a text is written in YAML so that every reader, of YAML 1.1 or 1.2, gets the same
 * text back.
 */
final class YamlScalars {

  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(?:0[xob]?[0-9a-fA-F_]+|[0-9][0-9_]*(?:\\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"
              + "|\\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?"
              + "|\\.(?:inf|Inf|INF))|\\.(?:nan|NaN|NAN)");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt \\t].*)?");
  private static final String SPECIAL_FIRST = ",[]{}#&*!|>'\"%@`";

  private YamlScalars() {}

  /** The text as a scalar on one line. */
  static String inline(String s) {
    if (s.isEmpty() || isOtherType(s)) {
      return quoted(s);
    }
    if (!isPrintable(s)) {
      return quoted(s);
    }
    return isPlain(s) ? s : "'" + s.replace("'", "''") + "'";
  }

  /** True if a literal block keeps the text as it is. */
  static boolean fitsLiteral(String s) {
    return s.indexOf('\n') > 0
        && !s.startsWith(" ")
        && !s.startsWith("\t")
        && isPrintable(s.replace("\n", "").replace("\t", ""))
        && !s.isBlank();
  }

  /** Words, numbers and dates that a reader would not take for text. */
  private static boolean isOtherType(String s) {
    if (s.length() <= 5) {
      switch (s.toLowerCase(Locale.ROOT)) {
        case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<" -> {
          return true;
        }
        default -> {}
      }
    }
    char c = s.charAt(0);
    boolean mayBeNumber = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+';
    return mayBeNumber && (NUMBER.matcher(s).matches() || DATE.matcher(s).matches());
  }

  private static boolean isPlain(String s) {
    char first = s.charAt(0);
    char last = s.charAt(s.length() - 1);
    if (first == ' ' || last == ' ' || last == ':' || SPECIAL_FIRST.indexOf(first) >= 0) {
      return false;
    }
    boolean indicator = first == '-' || first == '?' || first == ':';
    if (indicator && (s.length() == 1 || s.charAt(1) == ' ')) {
      return false;
    }
    boolean marker = s.startsWith("---") || s.startsWith("...");
    return !marker && !s.contains(": ") && !s.contains(" #");
  }

  private static boolean isPrintable(String s) {
    return s.codePoints().allMatch(YamlScalars::isPrintable);
  }

  private static boolean isPrintable(int c) {
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
      return false;
    }
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    return !surrogate
        && c != 0xfffe
        && c != 0xffff
        && Escapes.line(Character.toString(c)).length() <= 2;
  }

  private static String quoted(String s) {
    StringBuilder b = new StringBuilder(s.length() + 2).append('"');
    s.codePoints().forEach(c -> append(b, c));
    return b.append('"').toString();
  }

  private static void append(StringBuilder b, int c) {
    switch (c) {
      case '"' -> b.append("\\\"");
      case '\\' -> b.append("\\\\");
      case '\n' -> b.append("\\n");
      case '\r' -> b.append("\\r");
      case '\t' -> b.append("\\t");
      default -> {
        if (isPrintable(c)) {
          b.appendCodePoint(c);
        } else {
          b.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
        }
      }
    }
  }
}
