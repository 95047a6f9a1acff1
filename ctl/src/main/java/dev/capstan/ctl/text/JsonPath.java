package dev.capstan.ctl.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * kubectl's jsonpath: text with {@code {…}} in it.
 *
 * <p>Known: {@code .a.b}, {@code .a\.b}, {@code ['a']}, {@code [0]}, {@code [-1]}, {@code [1:3]},
 * {@code [::2]}, {@code [*]}, {@code [0,2]}, {@code ['a','b']}, {@code ..a}, {@code [?(@.a=="b")]},
 * {@code {"text"}}, {@code {range …}…{end}}. What it means follows Kubernetes' implementation
 * (client-go, util/jsonpath) to the letter, oddities included: {@code []} is the first element, and
 * {@code ['a.b']} is b in a.
 */
public final class JsonPath {

  /** As kubectl's RelaxedJSONPathExpression: braces and the first dot may be missing. */
  private static final Pattern RELAXED =
      Pattern.compile("\\{\\.?(?<braced>[^{}]+)}|\\.?(?<bare>[^{}]+)");

  /** A piece of a template. */
  sealed interface Part {
    /** Is printed as it is. */
    record Text(String text) implements Part {}

    /** Prints what the steps lead to. */
    record Path(List<Step> steps) implements Part {}

    /** Prints the body for each node that the steps lead to. */
    record Range(List<Step> over, List<Part> body) implements Part {}
  }

  /** From nodes to what they lead to. */
  interface Step {
    /**
     * Follows the step from all nodes together.
     *
     * @throws IllegalArgumentException if a node is not what the step needs
     */
    List<JsonElement> apply(List<JsonElement> nodes);
  }

  private final String template;
  private final List<Part> parts;

  private JsonPath(String template, List<Part> parts) {
    this.template = template;
    this.parts = parts;
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static JsonPath parse(String template) {
    return new JsonPath(template, new JsonPathParser(template).template());
  }

  /**
   * Reads an expression that may lack its braces and leading dot, as --sort-by and custom-columns
   * take.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static JsonPath relaxed(String expression) {
    Matcher m = RELAXED.matcher(expression.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or"
              + " '{.name1.name2}'");
    }
    String path = m.group("braced") == null ? m.group("bare") : m.group("braced");
    boolean element = path.startsWith("[");
    return parse("{" + (element ? "" : ".") + path + "}");
  }

  /**
   * What the template makes of the tree. Missing fields print as nothing.
   *
   * @throws IllegalArgumentException if the tree is not as the template needs it
   */
  public String print(JsonElement root) {
    StringBuilder b = new StringBuilder();
    print(parts, root, b);
    return b.toString();
  }

  /**
   * All nodes of the first path.
   *
   * @throws IllegalArgumentException if the tree is not as the path needs it
   */
  public List<JsonElement> find(JsonElement root) {
    for (Part part : parts) {
      if (part instanceof Part.Path path) {
        return follow(path.steps(), root);
      }
    }
    return List.of();
  }

  private static void print(List<Part> parts, JsonElement node, StringBuilder b) {
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> b.append(text.text());
        case Part.Path path -> join(follow(path.steps(), node), b);
        case Part.Range range -> {
          for (JsonElement item : follow(range.over(), node)) {
            print(range.body(), item, b);
          }
        }
      }
    }
  }

  static List<JsonElement> follow(List<Step> steps, JsonElement root) {
    List<JsonElement> nodes = List.of(root);
    for (Step step : steps) {
      nodes = step.apply(nodes);
    }
    return nodes;
  }

  private static void join(List<JsonElement> nodes, StringBuilder b) {
    for (int i = 0; i < nodes.size(); i++) {
      b.append(i == 0 ? "" : " ").append(text(nodes.get(i)));
    }
  }

  /** A node as text: scalars bare, the rest as JSON. */
  public static String text(JsonElement node) {
    if (node.isJsonPrimitive()) {
      return node.getAsString();
    }
    return node instanceof JsonNull ? "null" : JsonPrinter.compact(node);
  }

  /** The template. */
  @Override
  public String toString() {
    return template;
  }
}
