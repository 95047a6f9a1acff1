package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of jsonpath but the filter. */
final class JsonPathSteps {

  private JsonPathSteps() {}

  /** A field of objects; an empty name is the node itself. Other nodes have none. */
  static JsonPath.Step field(String name) {
    return nodes -> {
      if (name.isEmpty()) {
        return nodes;
      }
      List<JsonElement> out = new ArrayList<>();
      for (JsonElement node : nodes) {
        if (node instanceof JsonObject map && map.has(name)) {
          out.add(map.get(name));
        }
      }
      return out;
    };
  }

  /** Every field or element. */
  static JsonPath.Step children() {
    return nodes -> {
      List<JsonElement> out = new ArrayList<>();
      nodes.forEach(node -> out.addAll(children(node)));
      return out;
    };
  }

  /** The nodes that have something below them, and all such nodes below. */
  static JsonPath.Step descendants() {
    return nodes -> {
      List<JsonElement> out = new ArrayList<>();
      nodes.forEach(node -> descend(node, out));
      return out;
    };
  }

  private static void descend(JsonElement node, List<JsonElement> out) {
    Collection<JsonElement> below = children(node);
    if (!below.isEmpty()) {
      out.add(node);
      below.forEach(child -> descend(child, out));
    }
  }

  /** What each of the paths leads to, path by path. */
  static JsonPath.Step union(List<List<JsonPath.Step>> paths) {
    return nodes -> {
      List<JsonElement> out = new ArrayList<>();
      for (List<JsonPath.Step> path : paths) {
        List<JsonElement> reached = nodes;
        for (JsonPath.Step step : path) {
          reached = step.apply(reached);
        }
        out.addAll(reached);
      }
      return out;
    };
  }

  /** A value that does not depend on the node, such as a number in a filter. */
  static JsonPath.Step constant(JsonElement value) {
    return nodes -> nodes.stream().map(node -> value).toList();
  }

  /** One element: from the end if negative. */
  static JsonPath.Step element(int index) {
    return nodes -> slices(nodes, index, index + 1, 1, true);
  }

  /** Elements from one index to before another, every step-th; null for where the array ends. */
  static JsonPath.Step slice(@Nullable Integer from, @Nullable Integer to, int step) {
    return nodes -> slices(nodes, from == null ? 0 : from, to, step, false);
  }

  private static List<JsonElement> slices(
      List<JsonElement> nodes, int from, @Nullable Integer to, int step, boolean one) {
    List<JsonElement> out = new ArrayList<>();
    for (JsonElement node : nodes) {
      switch (node) {
        case JsonNull _ -> {}
        case JsonArray list -> {
          int size = list.size();
          int start = from < 0 ? from + size : from;
          int last = to == null ? size : to < 0 || (to == 0 && one) ? to + size : to;
          check(start, last, size);
          for (long i = start; i < last; i += step) {
            out.add(list.get((int) i));
          }
        }
        default -> throw new IllegalArgumentException(kind(node) + " is not array or slice");
      }
    }
    return out;
  }

  private static void check(int start, int end, int size) {
    if (start == end) {
      return; // Nothing is asked for: that is there everywhere.
    }
    if (start < 0 || start >= size) {
      throw outOfBounds(start, size);
    }
    if (end < 0 || end > size) {
      throw outOfBounds(end - 1, size);
    }
    if (start > end) {
      throw new IllegalArgumentException(
          "starting index " + start + " is greater than ending index " + end);
    }
  }

  private static IllegalArgumentException outOfBounds(int index, int size) {
    return new IllegalArgumentException(
        "array index out of bounds: index " + index + ", length " + size);
  }

  private static Collection<JsonElement> children(JsonElement node) {
    return switch (node) {
      case JsonObject map -> map.asMap().values();
      case JsonArray list -> list.asList();
      default -> List.of();
    };
  }

  /** What a node is, for messages. */
  static String kind(JsonElement node) {
    return switch (node) {
      case JsonObject _ -> "an object";
      case JsonArray _ -> "an array";
      case JsonNull _ -> "null";
      default -> JsonPath.text(node);
    };
  }
}
