package dev.capstan.api;

import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label selectors, as objects and as text ("app=web,tier in (a,b),!old"). */
public final class LabelSelectors {

  private static final String KEY =
      "((?:[a-zA-Z0-9.-]{1,253}/)?[a-zA-Z0-9](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9])?)";
  private static final String VALUE = "((?:[a-zA-Z0-9](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9])?)?)";
  private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==|=|!=)\\s*" + VALUE);
  private static final Pattern SET = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([^()]*)\\)");
  private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*" + KEY);

  private LabelSelectors() {}

  /** A test of labels. */
  public interface Match extends Predicate<Map<String, String>> {}

  /** Tests labels against a selector; an empty selector matches everything. */
  public static Match compile(LabelSelector selector) {
    Match exact = compile(selector.getMatchLabelsMap());
    List<LabelSelectorRequirement> requirements = selector.getMatchExpressionsList();
    if (requirements.isEmpty()) {
      return exact;
    }
    return labels ->
        exact.test(labels)
            && requirements.stream().allMatch(requirement -> holds(requirement, labels));
  }

  /** Tests whether all these labels are there. */
  public static Match compile(Map<String, String> wanted) {
    List<Map.Entry<String, String>> exact = List.copyOf(wanted.entrySet());
    return labels -> {
      // No stream: this is asked of object after object.
      for (Map.Entry<String, String> each : exact) {
        if (!each.getValue().equals(labels.get(each.getKey()))) {
          return false;
        }
      }
      return true;
    };
  }

  /** True if the labels satisfy the selector. */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return compile(selector).test(labels);
  }

  /** True if it selects everything. */
  public static boolean isEmpty(LabelSelector selector) {
    return selector.getMatchLabelsCount() == 0 && selector.getMatchExpressionsCount() == 0;
  }

  private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && requirement.getValuesList().contains(value);
      case "NotIn" -> value == null || !requirement.getValuesList().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> throw new IllegalArgumentException("operator " + requirement.getOperator());
    };
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException saying which part is not understood
   */
  public static LabelSelector parse(String text) {
    LabelSelector.Builder selector = LabelSelector.newBuilder();
    for (String part : split(text)) {
      parsePart(part.strip(), selector);
    }
    return selector.build();
  }

  private static void parsePart(String part, LabelSelector.Builder selector) {
    Matcher equality = EQUALITY.matcher(part);
    Matcher set = SET.matcher(part);
    Matcher existence = EXISTENCE.matcher(part);
    if (equality.matches()) {
      String operator = equality.group(2).equals("!=") ? "NotIn" : "In";
      selector.addMatchExpressions(
          requirement(equality.group(1), operator, List.of(equality.group(3))));
    } else if (set.matches()) {
      String operator = set.group(2).equals("in") ? "In" : "NotIn";
      selector.addMatchExpressions(requirement(set.group(1), operator, values(set.group(3), part)));
    } else if (existence.matches()) {
      String operator = existence.group(1).isEmpty() ? "Exists" : "DoesNotExist";
      selector.addMatchExpressions(requirement(existence.group(2), operator, List.of()));
    } else {
      throw new IllegalArgumentException(
          "\"" + part + "\" is not a label requirement such as app=web, tier in (a,b) or !old");
    }
  }

  private static List<String> values(String list, String part) {
    List<String> values = new ArrayList<>();
    for (String value : list.split(",", -1)) {
      if (!value.strip().matches(VALUE)) {
        throw new IllegalArgumentException(
            "\"" + value.strip() + "\" in \"" + part + "\" is not a label value");
      }
      values.add(value.strip());
    }
    return values;
  }

  private static LabelSelectorRequirement requirement(
      String key, String operator, List<String> values) {
    return LabelSelectorRequirement.newBuilder()
        .setKey(key)
        .setOperator(operator)
        .addAllValues(values)
        .build();
  }

  /** Splits at commas outside parentheses; no parts for a blank text. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    if (text.isBlank()) {
      return parts;
    }
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** The text form, with keys in order. */
  public static String print(LabelSelector selector) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(selector.getMatchLabelsMap()).forEach((k, v) -> parts.add(k + "=" + v));
    for (LabelSelectorRequirement requirement : selector.getMatchExpressionsList()) {
      parts.add(print(requirement));
    }
    return String.join(",", parts);
  }

  private static String print(LabelSelectorRequirement requirement) {
    String key = requirement.getKey();
    String values = "(" + String.join(",", requirement.getValuesList()) + ")";
    return switch (requirement.getOperator()) {
      case "In" ->
          requirement.getValuesCount() == 1
              ? key + "=" + requirement.getValues(0)
              : key + " in " + values;
      case "NotIn" ->
          requirement.getValuesCount() == 1
              ? key + "!=" + requirement.getValues(0)
              : key + " notin " + values;
      case "Exists" -> key;
      case "DoesNotExist" -> "!" + key;
      default -> key + " " + requirement.getOperator() + " " + values;
    };
  }
}
