package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads one path of a jsonpath template, e.g. {@code .items[?(@.a=="b")].c}. */
final class JsonPathParser {

  private final String s;
  private int pos;

  JsonPathParser(String s) {
    this.s = s;
  }

  List<JsonPath.Step> steps() {
    List<JsonPath.Step> steps = new ArrayList<>();
    if (s.startsWith("$") || s.startsWith("@")) {
      pos = 1;
    }
    while (pos < s.length()) {
      char c = s.charAt(pos);
      if (s.startsWith("..", pos)) {
        pos += 2;
        String name = pos < s.length() && s.charAt(pos) != '[' ? name() : "*";
        steps.add((node, out) -> descend(node, name, out));
      } else if (c == '.') {
        pos++;
        if (pos < s.length() && s.charAt(pos) != '[') {
          steps.add(field(name()));
        }
      } else if (c == '[') {
        steps.add(bracket());
      } else if (pos == 0) {
        steps.add(field(name()));
      } else {
        throw new IllegalArgumentException("unexpected '" + c + "' in " + s);
      }
    }
    return steps;
  }

  private String name() {
    StringBuilder b = new StringBuilder();
    while (pos < s.length() && s.charAt(pos) != '.' && s.charAt(pos) != '[') {
      if (s.charAt(pos) == '\\' && pos + 1 < s.length()) {
        pos++;
      }
      b.append(s.charAt(pos++));
    }
    if (b.isEmpty()) {
      throw new IllegalArgumentException("a name is missing in " + s);
    }
    return b.toString();
  }

  private JsonPath.Step bracket() {
    int end = closing();
    String inside = s.substring(pos + 1, end).strip();
    pos = end + 1;
    if (inside.equals("*")) {
      return field("*");
    }
    if (inside.startsWith("?(") && inside.endsWith(")")) {
      return JsonPathFilter.parse(inside.substring(2, inside.length() - 1));
    }
    if (inside.startsWith("'") || inside.startsWith("\"")) {
      return field(unescape(inside.substring(1, inside.length() - 1)));
    }
    return index(inside);
  }

  private int closing() {
    char quote = 0;
    int depth = 0;
    for (int i = pos; i < s.length(); i++) {
      char c = s.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '[') {
        depth++;
      } else if (c == ']' && --depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("unterminated [ in " + s);
  }

  private static JsonPath.Step index(String inside) {
    String[] bounds = inside.split(":", -1);
    try {
      if (bounds.length == 1) {
        int at = Integer.parseInt(inside);
        return (node, out) -> slice(node, at, at == -1 ? Integer.MAX_VALUE : at + 1, out);
      }
      int from = bounds[0].isBlank() ? 0 : Integer.parseInt(bounds[0].strip());
      int to = bounds[1].isBlank() ? Integer.MAX_VALUE : Integer.parseInt(bounds[1].strip());
      return (node, out) -> slice(node, from, to, out);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid array index " + inside, e);
    }
  }

  private static void slice(JsonElement node, int from, int to, List<JsonElement> out) {
    if (node instanceof JsonArray list) {
      int start = from < 0 ? list.size() + from : from;
      int end = to < 0 ? list.size() + to : Math.min(to, list.size());
      for (int i = Math.max(0, start); i < end; i++) {
        out.add(list.get(i));
      }
    }
  }

  private static JsonPath.Step field(String name) {
    return (node, out) -> child(node, name, out);
  }

  private static void child(JsonElement node, String name, List<JsonElement> out) {
    if (name.equals("*")) {
      out.addAll(children(node));
    } else if (node instanceof JsonObject map && map.has(name)) {
      out.add(map.get(name));
    }
  }

  private static void descend(JsonElement node, String name, List<JsonElement> out) {
    child(node, name, out);
    for (JsonElement below : children(node)) {
      descend(below, name, out);
    }
  }

  private static Collection<JsonElement> children(JsonElement node) {
    return switch (node) {
      case JsonObject map -> map.asMap().values();
      case JsonArray list -> list.asList();
      default -> List.of();
    };
  }

  /** Backslash escapes of quoted text. */
  static String unescape(String s) {
    if (s.indexOf('\\') < 0) {
      return s;
    }
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c != '\\' || i + 1 == s.length()) {
        b.append(c);
        continue;
      }
      char next = s.charAt(++i);
      b.append(
          switch (next) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> next;
          });
    }
    return b.toString();
  }
}
