package dev.capstan.ctl.text;

import dev.capstan.api.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in brackets: {@code *}, a key in quotes, an element, a slice, or several of them.
 *
 * @param keys makes steps of a key
 */
record JsonPathBrackets(Function<String, List<JsonPath.Step>> keys) {

  private static final Pattern KEY = Pattern.compile("'([^']*)'");
  private static final Pattern SLICE = Pattern.compile("(-?\\d*)(:-?\\d*)?(:-?\\d*)?");

  List<JsonPath.Step> steps(String inside) {
    String[] several = inside.split(",", -1);
    if (several.length == 1) {
      return one(inside);
    }
    List<List<JsonPath.Step>> paths = new ArrayList<>();
    for (String each : several) {
      paths.add(one(each.strip()));
    }
    return List.of(JsonPathSteps.union(paths));
  }

  private List<JsonPath.Step> one(String inside) {
    Matcher key = KEY.matcher(inside);
    if (key.matches()) {
      return keys.apply(key.group(1));
    }
    Matcher m = SLICE.matcher(inside.equals("*") ? ":" : inside);
    if (!m.matches()) {
      throw new IllegalArgumentException("invalid array index " + inside);
    }
    Integer from = index(m.group(1));
    if (m.group(2) == null) {
      return List.of(JsonPathSteps.element(from == null ? 0 : from));
    }
    Integer step = m.group(3) == null ? null : index(m.group(3).substring(1));
    if (step != null && step <= 0) {
      throw new IllegalArgumentException("step must be > 0");
    }
    Integer to = index(m.group(2).substring(1));
    return List.of(JsonPathSteps.slice(from, to, step == null ? 1 : step));
  }

  private static @Nullable Integer index(String text) {
    try {
      return text.isEmpty() ? null : Numbers.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("array index " + text + " is not a number", e);
    }
  }
}
