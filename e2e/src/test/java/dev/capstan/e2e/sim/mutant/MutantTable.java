package dev.capstan.e2e.sim.mutant;

import java.util.Map;

/** How verdicts are shown. */
final class MutantTable {

  private static final String HEAD =
      """
      | Mutant | What it breaks | Other tests that notice | Invariant | Seeds |
      |---|---|---|---|---|
      """;

  private MutantTable() {}

  /** One verdict as it comes. */
  static String line(Mutant mutant, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Killed(String invariant, long seed, long count) ->
          "%-30s killed by %-8s at seed %d, %d seeds"
              .formatted(mutant.name(), invariant, seed, count);
      case Verdict.Survived() -> "%-30s SURVIVED".formatted(mutant.name());
      case Verdict.Broken(String how) -> "%-30s COULD NOT BE RUN: %s".formatted(mutant.name(), how);
    };
  }

  /** The table of docs/simulation.md. */
  static String markdown(Map<Mutant, Verdict> verdicts) {
    StringBuilder table = new StringBuilder(HEAD);
    verdicts.forEach((mutant, verdict) -> table.append(row(mutant, verdict)).append('\n'));
    return table.toString();
  }

  private static String row(Mutant mutant, Verdict verdict) {
    String others = mutant.otherTests();
    String killed =
        switch (verdict) {
          case Verdict.Killed(String invariant, long seed, long count) -> invariant + " | " + count;
          case Verdict.Survived() -> "none | SURVIVED";
          case Verdict.Broken(String how) -> "? | not run";
        };
    return "| `%s` | %s | %s | %s |"
        .formatted(
            mutant.name(),
            mutant.breaks().replace("|", "\\|"),
            others.equals("survives") ? "none" : others.isEmpty() ? "?" : others,
            killed);
  }
}
