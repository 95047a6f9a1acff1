package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;

/**
 * Prints a tree as JSON: keys in alphabetical order, four blanks of indentation, as kubectl does.
 */
public final class JsonPrinter {

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonPrinter(boolean pretty) {
    this.pretty = pretty;
  }

  /** The tree over several lines, ended by a line break. */
  public static String print(JsonElement tree) {
    JsonPrinter p = new JsonPrinter(true);
    p.value(tree, 0);
    return p.out.append('\n').toString();
  }

  /** The tree on one line, without blanks. */
  public static String compact(JsonElement tree) {
    JsonPrinter p = new JsonPrinter(false);
    p.value(tree, 0);
    return p.out.toString();
  }

  private void value(JsonElement value, int indent) {
    switch (value) {
      case JsonNull _ -> out.append("null");
      case JsonObject map -> map(map, indent);
      case JsonArray list -> list(list, indent);
      case JsonPrimitive p when p.isString() -> string(p.getAsString());
      default -> out.append(value.getAsString());
    }
  }

  private void map(JsonObject map, int indent) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    String separator = "{";
    for (Map.Entry<String, JsonElement> e : YamlPrinter.sorted(map).entrySet()) {
      out.append(separator);
      separator = ",";
      newLine(indent + 4);
      string(e.getKey());
      out.append(pretty ? ": " : ":");
      value(e.getValue(), indent + 4);
    }
    newLine(indent);
    out.append('}');
  }

  private void list(JsonArray list, int indent) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    String separator = "[";
    for (JsonElement item : list) {
      out.append(separator);
      separator = ",";
      newLine(indent + 4);
      value(item, indent + 4);
    }
    newLine(indent);
    out.append(']');
  }

  private void newLine(int indent) {
    if (pretty) {
      out.append('\n').repeat(' ', indent);
    }
  }

  private void string(String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Escapes.line(String.valueOf(c)).length() > 1) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
