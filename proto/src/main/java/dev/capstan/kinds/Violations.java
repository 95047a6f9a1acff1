package dev.capstan.kinds;

import dev.capstan.api.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is wrong with an object, each with its JSON path. A child shares its
 * parent's list.
 */
public final class Violations {

  /** More than anybody reads; bounds the size of an answer to hostile input. */
  private static final int MOST = 50;

  private final Findings findings;
  private final @Nullable Violations parent;
  private final String step;

  /**
   * What is found in one object.
   *
   * @param most how many are kept
   * @param known those that are passed over
   */
  private record Findings(List<Violation> found, int most, Set<Violation> known) {
    void add(Violation violation) {
      if (found.size() < most && !known.contains(violation)) {
        found.add(violation);
      }
    }
  }

  private Violations(Findings findings, @Nullable Violations parent, String step) {
    this.findings = findings;
    this.parent = parent;
    this.step = step;
  }

  /** A collector at the root of an object. */
  public static Violations root() {
    return besides(Set.of());
  }

  /** A collector at the root that passes over what is known already. */
  static Violations besides(Set<Violation> known) {
    return new Violations(new Findings(new ArrayList<>(), MOST, known), null, "");
  }

  /** A collector at the root of something that is stored, and not larger than that may be. */
  static Violations all() {
    Findings all = new Findings(new ArrayList<>(), Integer.MAX_VALUE, Set.of());
    return new Violations(all, null, "");
  }

  /** The collector for a field of this message, by its JSON name. */
  public Violations at(String field) {
    return new Violations(findings, this, field);
  }

  /** The collector for an element of this list. */
  public Violations at(int index) {
    return new Violations(findings, this, "[" + index + "]");
  }

  /** The collector for an entry of this map. */
  public Violations key(String key) {
    return new Violations(findings, this, Violation.step(key));
  }

  /** Reports that something is wrong here. */
  public void add(String message) {
    findings.add(new Violation(path(), message));
  }

  /** Reports {@code message} unless {@code holds}; returns {@code holds}. */
  public boolean check(boolean holds, String message) {
    if (!holds) {
      add(message);
    }
    return holds;
  }

  /** Reports an empty text as missing; returns true if there is one. */
  public boolean required(String value) {
    return check(!value.isEmpty(), "is required");
  }

  /** Reports a number outside a range. */
  public void range(long value, long least, long most) {
    if (value < least && (least == 0 || most >= Integer.MAX_VALUE)) {
      add("must be >= " + least);
    } else if (value < least || value > most) {
      add("must be between " + least + " and " + most + ", not " + value);
    }
  }

  /** Everything reported so far, in order. */
  public List<Violation> found() {
    return List.copyOf(findings.found());
  }

  private String path() {
    if (parent == null) {
      return step;
    }
    String before = parent.path();
    return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
  }

  /** A value as part of a message: quoted, shortened, without control characters. */
  public static String quote(String value) {
    return "\"" + Violation.shorten(value) + "\"";
  }
}
