package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints a tree as YAML the way kubectl does: keys in alphabetical order, lists not indented under
 * their key.
 */
public final class YamlPrinter {

  private final StringBuilder out = new StringBuilder();

  private YamlPrinter() {}

  /** The tree as one document, ended by a line break. */
  public static String print(JsonElement tree) {
    YamlPrinter p = new YamlPrinter();
    switch (tree) {
      case JsonObject map when !map.isEmpty() -> p.map(map, 0);
      case JsonArray list when !list.isEmpty() -> p.list(list, 0);
      default -> p.scalar(tree, 0);
    }
    return p.out.toString();
  }

  private void map(JsonObject map, int indent) {
    boolean first = true;
    for (Map.Entry<String, JsonElement> e : sorted(map).entrySet()) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append(YamlScalars.inline(e.getKey())).append(':');
      value(e.getValue(), indent);
    }
  }

  private void value(JsonElement value, int indent) {
    switch (value) {
      case JsonObject map when !map.isEmpty() -> {
        out.append('\n').repeat(' ', indent + 2);
        map(map, indent + 2);
      }
      case JsonArray list when !list.isEmpty() -> {
        out.append('\n').repeat(' ', indent);
        list(list, indent);
      }
      default -> {
        out.append(' ');
        scalar(value, indent + 2);
      }
    }
  }

  private void list(JsonArray list, int indent) {
    boolean first = true;
    for (JsonElement item : list) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append("- ");
      switch (item) {
        case JsonObject map when !map.isEmpty() -> map(map, indent + 2);
        case JsonArray inner when !inner.isEmpty() -> list(inner, indent + 2);
        default -> scalar(item, indent + 2);
      }
    }
  }

  private void scalar(JsonElement value, int indent) {
    switch (value) {
      case JsonNull _ -> out.append("null\n");
      case JsonObject _ -> out.append("{}\n");
      case JsonArray _ -> out.append("[]\n");
      case JsonPrimitive p when !p.isString() -> out.append(p.getAsString()).append('\n');
      case JsonPrimitive p when YamlScalars.fitsLiteral(p.getAsString()) ->
          literal(p.getAsString(), indent);
      default -> out.append(YamlScalars.inline(value.getAsString())).append('\n');
    }
  }

  private void literal(String s, int indent) {
    boolean ends = s.endsWith("\n");
    boolean blankEnd = s.endsWith("\n\n");
    out.append(blankEnd ? "|+\n" : ends ? "|\n" : "|-\n");
    String body = ends ? s.substring(0, s.length() - 1) : s;
    for (String line : body.split("\n", -1)) {
      if (!line.isEmpty()) {
        out.repeat(' ', indent).append(line);
      }
      out.append('\n');
    }
  }

  static Map<String, JsonElement> sorted(JsonObject map) {
    return new TreeMap<>(map.asMap());
  }
}
