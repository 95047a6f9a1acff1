package dev.capstan.e2e.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one benchmark found. */
final class Report {

  private final String name;
  private final String title;
  private final Map<String, String> conditions = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();
  private final Map<String, Check> checks = new LinkedHashMap<>();

  Report(String name, String title) {
    this.name = name;
    this.title = title;
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  /** Something that a reader must know, such as what is simulated. */
  void condition(String what, String value) {
    conditions.put(what, value);
  }

  void add(Figure figure) {
    figures.add(figure);
  }

  /** A check that was made before under the same name must hold both times. */
  void add(Check check) {
    checks.merge(check.what(), check, (before, now) -> before.holds() ? now : before);
  }

  /** At least one check was made, and all hold. */
  boolean sound() {
    return !checks.isEmpty() && checks.values().stream().allMatch(Check::holds);
  }

  Map<String, String> conditions() {
    return conditions;
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }

  List<Check> checks() {
    return List.copyOf(checks.values());
  }
}
