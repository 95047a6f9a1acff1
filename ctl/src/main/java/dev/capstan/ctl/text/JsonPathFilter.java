package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;

/** A filter of jsonpath: {@code @.a == "b"}, {@code @.n > 3}, or {@code @.a} for "is there". */
final class JsonPathFilter {

  private static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

  private JsonPathFilter() {}

  static JsonPath.Step parse(String text) {
    for (String op : OPERATORS) {
      int at = outsideQuotes(text, op);
      if (at >= 0) {
        JsonPath left = operand(text.substring(0, at));
        String right = text.substring(at + op.length()).strip();
        return (node, out) -> keep(node, out, item -> matches(left.find(item), op, right));
      }
    }
    JsonPath exists = operand(text);
    return (node, out) -> keep(node, out, item -> !exists.find(item).isEmpty());
  }

  private interface Test {
    boolean of(JsonElement item);
  }

  private static void keep(JsonElement node, List<JsonElement> out, Test test) {
    Collection<JsonElement> items =
        switch (node) {
          case JsonArray list -> list.asList();
          case JsonObject map -> map.asMap().values();
          default -> List.of();
        };
    for (JsonElement item : items) {
      if (test.of(item)) {
        out.add(item);
      }
    }
  }

  private static JsonPath operand(String text) {
    String t = text.strip();
    if (!t.startsWith("@")) {
      throw new IllegalArgumentException("a filter must start with @: " + t);
    }
    return JsonPath.parse("{" + t + "}");
  }

  private static int outsideQuotes(String text, String op) {
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (text.startsWith(op, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(List<JsonElement> left, String op, String literal) {
    if (left.isEmpty()) {
      return false;
    }
    boolean quoted = literal.startsWith("\"") || literal.startsWith("'");
    String right = quoted ? literal.substring(1, literal.length() - 1) : literal;
    String value = JsonPath.text(left.getFirst());
    int c = compare(value, right, !quoted && isNumber(left.getFirst()));
    return switch (op) {
      case "==" -> c == 0;
      case "!=" -> c != 0;
      case "<=" -> c <= 0;
      case ">=" -> c >= 0;
      case "<" -> c < 0;
      default -> c > 0;
    };
  }

  private static boolean isNumber(JsonElement e) {
    return e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber();
  }

  private static int compare(String a, String b, boolean numbers) {
    try {
      return numbers ? new BigDecimal(a).compareTo(new BigDecimal(b)) : a.compareTo(b);
    } catch (NumberFormatException e) {
      return a.compareTo(b);
    }
  }
}
