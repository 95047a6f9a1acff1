package dev.capstan.api;

/**
 * Numbers in ASCII digits. The JDK's parsers take the digits of every script, so that one number
 * has many spellings, and what looks like a number to a person is none to another reader.
 */
public final class Numbers {

  private Numbers() {}

  /**
   * As {@link Long#parseLong(String)}.
   *
   * @throws NumberFormatException if it is no number, too large, or has other digits than 0 to 9
   */
  public static long parseLong(String text) {
    return Long.parseLong(ascii(text));
  }

  /**
   * As {@link Integer#parseInt(String)}.
   *
   * @throws NumberFormatException if it is no number, too large, or has other digits than 0 to 9
   */
  public static int parseInt(String text) {
    return Integer.parseInt(ascii(text));
  }

  private static String ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '9') {
        throw new NumberFormatException("\"" + text + "\" is not a number");
      }
    }
    return text;
  }
}
