package dev.capstan.ctl.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.util.ArrayList;
import java.util.List;

/**
 * kubectl's jsonpath: text with {@code {…}} in it.
 *
 * <p>Known: {@code .a.b}, {@code ['a']}, {@code [0]}, {@code [-1]}, {@code [1:3]}, {@code [*]},
 * {@code ..a}, {@code [?(@.a=="b")]}, {@code {"text"}}, {@code {range …}…{end}}.
 */
public final class JsonPath {

  /** A piece of a template. */
  private sealed interface Part {
    record Text(String text) implements Part {}

    record Path(List<Step> steps) implements Part {}

    record Range(Path over, List<Part> body) implements Part {}
  }

  /** From nodes to the nodes below them. */
  interface Step {
    void apply(JsonElement node, List<JsonElement> out);
  }

  private final List<Part> parts;

  private JsonPath(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static JsonPath parse(String template) {
    Template t = new Template(template);
    List<Part> parts = t.parts(false);
    return new JsonPath(parts);
  }

  /**
   * Reads an expression that may lack its braces and leading dot, as --sort-by and custom-columns
   * take.
   */
  public static JsonPath relaxed(String expression) {
    String e = expression.strip();
    if (e.startsWith("{")) {
      return parse(e);
    }
    return parse("{" + (e.startsWith(".") || e.startsWith("[") ? e : "." + e) + "}");
  }

  /** What the template makes of the tree. Missing fields print as nothing. */
  public String print(JsonElement root) {
    StringBuilder b = new StringBuilder();
    print(parts, root, b);
    return b.toString();
  }

  /** All nodes of the first path. */
  public List<JsonElement> find(JsonElement root) {
    for (Part part : parts) {
      if (part instanceof Part.Path path) {
        return eval(path, root);
      }
    }
    return List.of();
  }

  private static void print(List<Part> parts, JsonElement node, StringBuilder b) {
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> b.append(text.text());
        case Part.Path path -> b.append(join(eval(path, node)));
        case Part.Range range -> {
          for (JsonElement item : eval(range.over(), node)) {
            print(range.body(), item, b);
          }
        }
      }
    }
  }

  private static List<JsonElement> eval(Part.Path path, JsonElement root) {
    List<JsonElement> nodes = new ArrayList<>();
    nodes.add(root);
    for (Step step : path.steps()) {
      List<JsonElement> next = new ArrayList<>();
      for (JsonElement node : nodes) {
        step.apply(node, next);
      }
      nodes = next;
    }
    return nodes;
  }

  private static String join(List<JsonElement> nodes) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < nodes.size(); i++) {
      b.append(i == 0 ? "" : " ").append(text(nodes.get(i)));
    }
    return b.toString();
  }

  /** A node as text: scalars bare, the rest as JSON. */
  public static String text(JsonElement node) {
    if (node.isJsonPrimitive()) {
      return node.getAsString();
    }
    return node instanceof JsonNull ? "" : JsonPrinter.compact(node);
  }

  /** Splits a template into its parts. */
  private static final class Template {
    private final String s;
    private int pos;

    Template(String s) {
      this.s = s;
    }

    List<Part> parts(boolean inRange) {
      List<Part> parts = new ArrayList<>();
      while (pos < s.length()) {
        if (s.charAt(pos) != '{') {
          int open = s.indexOf('{', pos);
          int end = open < 0 ? s.length() : open;
          parts.add(new Part.Text(JsonPathParser.unescape(s.substring(pos, end))));
          pos = end;
          continue;
        }
        String inside = inside();
        if (inside.equals("end")) {
          if (!inRange) {
            throw new IllegalArgumentException("{end} without {range}");
          }
          return parts;
        }
        parts.add(part(inside));
      }
      if (inRange) {
        throw new IllegalArgumentException("{range} without {end}");
      }
      return parts;
    }

    private Part part(String inside) {
      if (inside.startsWith("range ")) {
        Part.Path over = path(inside.substring(6).strip());
        return new Part.Range(over, parts(true));
      }
      boolean text = inside.length() > 1 && (inside.charAt(0) == '"' || inside.charAt(0) == '\'');
      return text
          ? new Part.Text(JsonPathParser.unescape(inside.substring(1, inside.length() - 1)))
          : path(inside);
    }

    private static Part.Path path(String text) {
      return new Part.Path(new JsonPathParser(text).steps());
    }

    private String inside() {
      char quote = 0;
      for (int i = pos + 1; i < s.length(); i++) {
        char c = s.charAt(i);
        if (quote != 0) {
          quote = c == quote && s.charAt(i - 1) != '\\' ? 0 : quote;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (c == '}') {
          String inside = s.substring(pos + 1, i).strip();
          pos = i + 1;
          return inside;
        }
      }
      throw new IllegalArgumentException("unclosed action, missing } in " + s);
    }
  }
}
