package dev.capstan.kinds;

import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.LabelSelectorRequirement;
import java.util.Map;

/** What labels, annotations and selectors must look like. */
final class LabelRules {

  /** No manifest needs more; a bound on what the indexes of the server carry. */
  private static final int MOST_LABELS = 1000;

  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

  private LabelRules() {}

  static void labels(Map<String, String> labels, Violations at) {
    if (!at.check(labels.size() <= MOST_LABELS, "must have at most " + MOST_LABELS + " entries")) {
      return;
    }
    labels.forEach((key, value) -> {
      Names.labelKey(key, at.key(key));
      Names.labelValue(value, at.key(key));
    });
  }

  static void annotations(Map<String, String> annotations, Violations at) {
    long size = 0;
    for (Map.Entry<String, String> entry : annotations.entrySet()) {
      Names.labelKey(entry.getKey(), at.key(entry.getKey()));
      size += entry.getKey().length() + (long) entry.getValue().length();
    }
    at.check(size <= MOST_ANNOTATION_BYTES, "must be at most 256 KiB in all");
  }

  /**
   * A selector of a workload: not empty, well formed, and matching the labels of the workload's own
   * template.
   */
  static void workloadSelector(
      LabelSelector selector, Map<String, String> templateLabels, Violations spec) {
    Violations at = spec.at("selector");
    int before = at.found().size();
    at.check(!LabelSelectors.isEmpty(selector), "is required and must not be empty");
    boolean known = selector(selector, at);
    if (known && at.found().size() == before && !LabelSelectors.matches(selector, templateLabels)) {
      spec.at("template")
          .at("metadata")
          .at("labels")
          .add("must match spec.selector (" + LabelSelectors.print(selector) + ")");
    }
  }

  /**
   * Returns false if an operator is unknown, which is reported by the field's own list of words.
   */
  private static boolean selector(LabelSelector selector, Violations at) {
    labels(selector.getMatchLabelsMap(), at.at("matchLabels"));
    boolean known = true;
    for (int i = 0; i < selector.getMatchExpressionsCount(); i++) {
      known &= requirement(selector.getMatchExpressions(i), at.at("matchExpressions").at(i));
    }
    return known;
  }

  private static boolean requirement(LabelSelectorRequirement requirement, Violations at) {
    Names.labelKey(requirement.getKey(), at.at("key"));
    for (int i = 0; i < requirement.getValuesCount(); i++) {
      Names.labelValue(requirement.getValues(i), at.at("values").at(i));
    }
    String operator = requirement.getOperator();
    boolean some = requirement.getValuesCount() > 0;
    return switch (operator) {
      case "In", "NotIn" ->
          at.at("values").check(some, "must not be empty for operator " + operator);
      case "Exists", "DoesNotExist" ->
          at.at("values").check(!some, "must be empty for operator " + operator);
      case "" -> at.at("operator").required(operator);
      default -> false;
    };
  }
}
