package dev.capstan.ctl.manifest;

/** JSON may be indented with tabs, YAML may not; as a space each keeps every position as it is. */
final class JsonTabs {

  private JsonTabs() {}

  /** The text, with the tabs outside strings as spaces if it is JSON. */
  static String replaced(String text) {
    if (text.indexOf('\t') < 0 || !looksLikeJson(text)) {
      return text;
    }
    char[] chars = text.toCharArray();
    boolean inString = false;
    for (int i = 0; i < chars.length; i++) {
      char c = chars[i];
      if (inString && c == '\\') {
        i++;
      } else if (c == '"') {
        inString = !inString;
      } else if (c == '\t' && !inString) {
        chars[i] = ' ';
      }
    }
    return new String(chars);
  }

  private static boolean looksLikeJson(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }
}
