package dev.capstan.api;

import java.util.ArrayList;
import java.util.List;

/**
 * Field selectors in text form: comma separated {@code path=value}, {@code path==value} or {@code
 * path!=value}.
 */
public final class FieldSelectors {

  private FieldSelectors() {}

  /**
   * One requirement.
   *
   * @param path JSON path, e.g. "spec.nodeName"
   * @param value the value to compare with; may be empty
   * @param equal true for = and ==, false for !=
   */
  public record Requirement(String path, String value, boolean equal) {

    /** True if a field with this value satisfies it. */
    public boolean accepts(String actual) {
      return equal == value.equals(actual);
    }
  }

  /**
   * Reads the text form; no requirements for a blank text.
   *
   * @throws IllegalArgumentException saying which part is not understood
   */
  public static List<Requirement> parse(String text) {
    List<Requirement> requirements = new ArrayList<>();
    if (text.isBlank()) {
      return requirements;
    }
    for (String part : text.split(",", -1)) {
      requirements.add(parsePart(part.strip()));
    }
    return requirements;
  }

  private static Requirement parsePart(String part) {
    int at = part.indexOf('=');
    boolean negated = at > 0 && part.charAt(at - 1) == '!';
    String path = at < 0 ? "" : part.substring(0, negated ? at - 1 : at).strip();
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          "\"" + part + "\" is not a field requirement such as spec.nodeName=node-1");
    }
    int valueAt = !negated && part.startsWith("==", at) ? at + 2 : at + 1;
    return new Requirement(path, part.substring(valueAt).strip(), !negated);
  }
}
