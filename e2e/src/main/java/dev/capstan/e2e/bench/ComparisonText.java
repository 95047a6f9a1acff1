package dev.capstan.e2e.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link Comparison} as a table for people. */
final class ComparisonText {

  private ComparisonText() {}

  static String of(Comparison comparison) {
    StringBuilder out = new StringBuilder();
    String group = "";
    for (Comparison.Row row : comparison.rows()) {
      String own = row.key().benchmark() + ", " + row.key().scenario();
      if (!own.equals(group)) {
        group = own;
        out.append('\n').append(header(group)).append('\n');
      }
      out.append(line(row)).append('\n');
    }
    out.append('\n');
    section(out, "In one revision only, or not in every run", comparison.inOneOnly());
    section(out, "FAILED (the ratios mean nothing)", comparison.faults());
    out.append(summary(comparison)).append('\n');
    return out.toString();
  }

  private static String header(String group) {
    return String.format(
        Locale.ROOT,
        "  %-52s %10s %10s %-12s %-7s %-13s %-7s %s",
        group,
        "before",
        "after",
        "",
        "ratio",
        "min–max",
        "",
        "pairs");
  }

  private static String line(Comparison.Row row) {
    List<Double> ratios = row.ratios();
    return String.format(
            Locale.ROOT,
            "  %-52s %10s %10s %-12s %-7s %-13s %-7s %s",
            row.key().measure(),
            ReportText.number(median(row.before())),
            ReportText.number(median(row.after())),
            row.key().unit(),
            ratio(median(ratios)),
            ratio(ratios.stream().min(Double::compare).orElse(Double.NaN))
                + "–"
                + ratio(ratios.stream().max(Double::compare).orElse(Double.NaN)),
            verdict(row.verdict()),
            ratios.stream().map(ComparisonText::ratio).collect(Collectors.joining(" ")))
        .stripTrailing();
  }

  private static String verdict(Comparison.Verdict verdict) {
    return switch (verdict) {
      case BETTER -> "better";
      case SAME -> "";
      case WORSE -> "WORSE";
    };
  }

  private static void section(StringBuilder out, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      out.append(title).append(":\n");
      lines.forEach(line -> out.append("  ").append(line).append('\n'));
    }
  }

  private static String summary(Comparison comparison) {
    long worse = count(comparison, Comparison.Verdict.WORSE);
    long better = count(comparison, Comparison.Verdict.BETTER);
    return String.format(
        Locale.ROOT,
        "%d figures: %d worse and %d better by more than %.0f %% in the middle pair, with no pair"
            + " against it.",
        comparison.rows().size(),
        worse,
        better,
        Comparison.MARGIN_PERCENT);
  }

  private static long count(Comparison comparison, Comparison.Verdict verdict) {
    return comparison.rows().stream().filter(row -> row.verdict() == verdict).count();
  }

  private static double median(List<Double> values) {
    return Stats.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
