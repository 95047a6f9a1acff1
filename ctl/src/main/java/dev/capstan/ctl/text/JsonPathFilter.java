package dev.capstan.ctl.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter of jsonpath: {@code @.a == "b"}, {@code @.n > 3}, or {@code @.a} for "is there".
 *
 * @param left followed from each element
 * @param operator one of {@link #OPERATORS}, or empty for "is there"
 * @param right the same for the other side
 */
record JsonPathFilter(List<JsonPath.Step> left, String operator, List<JsonPath.Step> right)
    implements JsonPath.Step {

  static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

  @Override
  public List<JsonElement> apply(List<JsonElement> nodes) {
    List<JsonElement> out = new ArrayList<>();
    for (JsonElement node : nodes) {
      if (!(node instanceof JsonArray list)) {
        throw new IllegalArgumentException(
            JsonPathSteps.kind(node) + " is not array or slice and cannot be filtered");
      }
      for (JsonElement item : list) {
        if (passes(item)) {
          out.add(item);
        }
      }
    }
    return out;
  }

  private boolean passes(JsonElement item) {
    List<JsonElement> lefts = JsonPath.follow(left, item);
    if (operator.isEmpty() || lefts.isEmpty()) {
      return operator.isEmpty() && !lefts.isEmpty();
    }
    List<JsonElement> rights = JsonPath.follow(right, item);
    if (lefts.size() > 1 || rights.size() > 1) {
      throw new IllegalArgumentException("can only compare one element at a time");
    }
    return !rights.isEmpty() && holds(lefts.getFirst(), rights.getFirst());
  }

  private boolean holds(JsonElement a, JsonElement b) {
    if (!(a instanceof JsonPrimitive x) || !(b instanceof JsonPrimitive y)) {
      throw new IllegalArgumentException("invalid type for comparison");
    }
    boolean alike =
        x.isString() == y.isString()
            && x.isBoolean() == y.isBoolean()
            && x.isNumber() == y.isNumber();
    if (!alike) {
      throw new IllegalArgumentException(
          "incompatible types for comparison: " + shown(x) + " and " + shown(y));
    }
    boolean ordered = !operator.equals("==") && !operator.equals("!=");
    if (x.isBoolean() && ordered) {
      throw new IllegalArgumentException("invalid type for comparison");
    }
    int c =
        x.isNumber()
            ? x.getAsBigDecimal().compareTo(y.getAsBigDecimal())
            : x.getAsString().compareTo(y.getAsString());
    return switch (operator) {
      case "==" -> c == 0;
      case "!=" -> c != 0;
      case "<=" -> c <= 0;
      case ">=" -> c >= 0;
      case "<" -> c < 0;
      default -> c > 0;
    };
  }

  private static String shown(JsonPrimitive value) {
    return JsonPrinter.compact(value);
  }
}
