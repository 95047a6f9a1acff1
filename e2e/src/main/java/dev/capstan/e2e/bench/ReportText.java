package dev.capstan.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as a table for people. */
final class ReportText {

  private ReportText() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder();
    out.append('\n').append(report.name()).append(": ").append(report.title()).append('\n');
    report.conditions().forEach((what, value) -> line(out, what, value));
    String scenario = "";
    for (Figure figure : report.figures()) {
      if (!figure.scenario().equals(scenario)) {
        scenario = figure.scenario();
        out.append('\n').append(header(scenario)).append('\n');
      }
      out.append(row(figure)).append('\n');
    }
    out.append('\n');
    report.checks().forEach(check -> out.append(row(check)).append('\n'));
    return out.toString();
  }

  private static void line(StringBuilder out, String what, String value) {
    out.append("  ").append(what).append(": ").append(value).append('\n');
  }

  private static String header(String scenario) {
    return String.format(
        Locale.ROOT, "  %-44s %10s %-10s  %-17s %s", scenario, "median", "", "min–max", "goal");
  }

  private static String row(Figure figure) {
    String range =
        figure.samples().size() < 2 ? "" : number(figure.least()) + "–" + number(figure.most());
    List<String> beside = new ArrayList<>();
    Figure.Goal goal = figure.goal();
    if (goal != null) {
      String sign = goal.atMost() ? "≤ " : "≥ ";
      String verdict = goal.met(figure.median()) ? " met" : " missed";
      beside.add(sign + number(goal.value()) + verdict);
    }
    if (figure.reference() != null) {
      beside.add("(another day: " + figure.reference() + ")");
    }
    return String.format(
            Locale.ROOT,
            "  %-44s %10s %-10s  %-17s %s",
            figure.measure(),
            number(figure.median()),
            figure.unit(),
            range,
            String.join(" ", beside))
        .stripTrailing();
  }

  private static String row(Check check) {
    String detail = check.holds() ? "" : ": " + check.detail();
    return (check.holds() ? "  ok      " : "  FAILED  ") + check.what() + detail;
  }

  /** Three significant digits, as people write them. */
  static String number(double value) {
    double size = Math.abs(value);
    if (Double.isNaN(value)) {
      return "–";
    }
    if (size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
  }
}
