package dev.capstan.ctl.text;

import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads templates, e.g. {@code {.items[?(@.a=="b")].c}}. */
final class JsonPathParser {

  private static final String ENDS_NAME = " \t\r\n.,[]$@{}";

  private static final int MOST_NESTED = 50;

  private final String s;
  private final int depth;
  private int pos;

  JsonPathParser(String s) {
    this(s, 0);
  }

  private JsonPathParser(String s, int depth) {
    if (depth > MOST_NESTED) {
      throw new IllegalArgumentException("too many levels of filters");
    }
    this.s = s;
    this.depth = depth;
  }

  // The template: text, {paths}, {range …} and {end}.

  List<JsonPath.Part> template() {
    List<JsonPath.Part> parts = parts(false);
    return List.copyOf(parts);
  }

  private List<JsonPath.Part> parts(boolean inRange) {
    List<JsonPath.Part> parts = new ArrayList<>();
    while (pos < s.length()) {
      if (s.charAt(pos) != '{') {
        int open = s.indexOf('{', pos);
        int end = open < 0 ? s.length() : open;
        parts.add(new JsonPath.Part.Text(s.substring(pos, end)));
        pos = end;
        continue;
      }
      pos++;
      skipBlanks();
      String word = word();
      if (word.equals("end")) {
        pos += word.length();
        steps('}');
        if (!inRange) {
          throw new IllegalArgumentException("not in range, nothing to end");
        }
        return parts;
      }
      boolean range = word.equals("range");
      pos += range ? word.length() : 0;
      List<JsonPath.Step> steps = steps('}');
      parts.add(
          range ? new JsonPath.Part.Range(steps, parts(true)) : new JsonPath.Part.Path(steps));
    }
    if (inRange) {
      throw new IllegalArgumentException("{range} without {end}");
    }
    return parts;
  }

  private void skipBlanks() {
    while (pos < s.length() && s.charAt(pos) == ' ') {
      pos++;
    }
  }

  /** The letters and digits that begin here; nothing is consumed. */
  private String word() {
    int end = pos;
    while (end < s.length() && (Character.isLetterOrDigit(s.charAt(end)) || s.charAt(end) == '_')) {
      end++;
    }
    return s.substring(pos, end);
  }

  // Steps, up to the closing brace or the end of the text.

  /** A text without braces around it. */
  private static List<JsonPath.Step> path(String text, int depth) {
    return new JsonPathParser(text + "}", depth).steps('}');
  }

  private List<JsonPath.Step> steps(char end) {
    List<JsonPath.Step> steps = new ArrayList<>();
    boolean descends = false;
    while (true) {
      if (pos >= s.length() || s.charAt(pos) == '\n' || s.charAt(pos) == '\r') {
        throw new IllegalArgumentException("unclosed action");
      }
      char c = s.charAt(pos);
      if (c == end) {
        pos++;
        return steps;
      }
      boolean twoDots = s.startsWith("..", pos);
      if (twoDots && descends) {
        throw new IllegalArgumentException("invalid multiple recursive descent");
      }
      descends = twoDots;
      if (twoDots) {
        pos += 2;
        steps.add(JsonPathSteps.descendants());
        if (!word().isEmpty()) {
          steps.add(name());
        }
      } else if (c == ' ' || c == '@' || c == '$') {
        pos++;
      } else {
        steps.addAll(step(c));
      }
    }
  }

  private List<JsonPath.Step> step(char c) {
    if (s.startsWith("[?(", pos)) {
      return List.of(filter());
    }
    switch (c) {
      case '[' -> {
        return brackets();
      }
      case '"', '\'' -> {
        String quoted = JsonPathQuotes.read(s, pos);
        pos = JsonPathQuotes.end(s, pos);
        return List.of(JsonPathSteps.constant(new JsonPrimitive(quoted)));
      }
      case '.' -> {
        pos++;
        return List.of(name());
      }
      default -> {
        return List.of(literal(c));
      }
    }
  }

  private JsonPath.Step literal(char c) {
    if (c == '+' || c == '-' || isDigit(c)) {
      return number();
    }
    String word = word();
    if (word.equals("true") || word.equals("false")) {
      pos += word.length();
      return JsonPathSteps.constant(new JsonPrimitive(Boolean.valueOf(word)));
    }
    if (word.isEmpty()) {
      String hint = c == '&' || c == '|' ? ": jsonpath has no && and no ||" : "";
      throw new IllegalArgumentException("unrecognized character in action: '" + c + "'" + hint);
    }
    throw new IllegalArgumentException("unrecognized identifier " + word);
  }

  private JsonPath.Step number() {
    int begin = pos++;
    while (pos < s.length() && (isDigit(s.charAt(pos)) || s.charAt(pos) == '.')) {
      pos++;
    }
    String text = s.substring(begin, pos);
    try {
      return JsonPathSteps.constant(new JsonPrimitive(new BigDecimal(text)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("cannot parse number " + text, e);
    }
  }

  /** Of ASCII: one number has one spelling. */
  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A field, or * for all; a backslash takes the next character's meaning. */
  private JsonPath.Step name() {
    StringBuilder b = new StringBuilder();
    while (pos < s.length() && ENDS_NAME.indexOf(s.charAt(pos)) < 0) {
      if (s.charAt(pos) == '\\' && pos + 1 < s.length()) {
        pos++;
      }
      b.append(s.charAt(pos++));
    }
    String name = b.toString();
    return name.equals("*") ? JsonPathSteps.children() : JsonPathSteps.field(name);
  }

  /** Keys, elements, slices and unions of them. */
  private List<JsonPath.Step> brackets() {
    int close = s.indexOf(']', pos);
    if (close < 0) {
      throw new IllegalArgumentException("unterminated array");
    }
    String inside = s.substring(pos + 1, close);
    pos = close + 1;
    return new JsonPathBrackets(key -> path("." + key, depth + 1)).steps(inside);
  }

  // Filters.

  private JsonPath.Step filter() {
    int open = pos + 2;
    int close = closing(open);
    if (close + 1 >= s.length() || s.charAt(close + 1) != ']') {
      throw new IllegalArgumentException("unclosed array expect ]");
    }
    String text = s.substring(open + 1, close);
    pos = close + 2;
    int at = operator(text);
    if (at < 0) {
      return new JsonPathFilter(path(text, depth + 1), "", List.of());
    }
    int end = at;
    while (end < text.length() && "!<>=~".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    String operator = text.substring(at, end);
    if (!JsonPathFilter.OPERATORS.contains(operator)) {
      throw new IllegalArgumentException(
          "unrecognized filter operator "
              + operator
              + ": use one of "
              + String.join(" ", JsonPathFilter.OPERATORS));
    }
    return new JsonPathFilter(
        path(text.substring(0, at), depth + 1), operator, path(text.substring(end), depth + 1));
  }

  /** Where the parenthesis that opens at {@code from} is closed. */
  private int closing(int from) {
    int level = 0;
    for (int i = from; i < s.length(); i++) {
      switch (s.charAt(i)) {
        case '"', '\'' -> i = JsonPathQuotes.end(s, i) - 1;
        case '(' -> level++;
        case ')' -> {
          level--;
          if (level == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException("unterminated filter");
  }

  /** Where a comparison stands outside of quotes and of filters within; -1 if there is none. */
  private static int operator(String text) {
    int level = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '"', '\'' -> i = JsonPathQuotes.end(text, i) - 1;
        case '\\' -> i++;
        case '[' -> level++;
        case ']' -> level--;
        case '!', '<', '>', '=' -> {
          if (level == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }
}
