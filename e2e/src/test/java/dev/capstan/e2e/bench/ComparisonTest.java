package dev.capstan.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

  @TempDir Path folder;

  @Test
  void ratiosAreOfOnePairEach() throws IOException {
    pair(1, 1.0, 2.0);
    pair(2, 10.0, 5.0);
    Comparison.Row row = Comparison.read(folder).rows().getFirst();
    assertThat(row.ratios()).containsExactly(2.0, 0.5);
    assertThat(row.verdict()).isEqualTo(Comparison.Verdict.SAME);
  }

  @Test
  void aFigureIsWorseOnlyIfNoPairSaysTheOpposite() throws IOException {
    pair(1, 1.0, 1.2);
    pair(2, 1.0, 1.01);
    pair(3, 1.0, 1.3);
    assertThat(verdict()).isEqualTo(Comparison.Verdict.WORSE);
    pair(4, 1.0, 0.99);
    assertThat(verdict()).isEqualTo(Comparison.Verdict.SAME);
  }

  @Test
  void whatIsCountedASecondIsBetterWhenThereIsMoreOfIt() throws IOException {
    write(1, "before", "creates", "/s", 100, true);
    write(1, "after", "creates", "/s", 200, true);
    assertThat(verdict()).isEqualTo(Comparison.Verdict.BETTER);
  }

  @Test
  void aShareOfWhichMoreIsBetterGrowsForTheBetter() throws IOException {
    for (String side : List.of("before", "after")) {
      Report report = new Report("x", "a benchmark");
      double value = side.equals("before") ? 0.5 : 0.6;
      report.add(Figure.of("some nodes", "share", "").moreIsBetter().add(value));
      ReportJson.write(folder.resolve("1").resolve(side), report, Map.of());
    }
    assertThat(verdict()).isEqualTo(Comparison.Verdict.BETTER);
  }

  @Test
  void aDifferenceBelowTheMarginIsNone() throws IOException {
    pair(1, 1.0, 1.04);
    pair(2, 1.0, 1.04);
    assertThat(verdict()).isEqualTo(Comparison.Verdict.SAME);
  }

  @Test
  void figuresOfOneRevisionOnlyAreNamedAndNotCompared() throws IOException {
    write(1, "before", "old", "s", 1, true);
    write(1, "after", "new", "s", 1, true);
    Comparison comparison = Comparison.read(folder);
    assertThat(comparison.rows()).isEmpty();
    assertThat(comparison.inOneOnly()).containsExactly("x, some nodes, old", "x, some nodes, new");
  }

  @Test
  void aCheckThatFailedAndARunWithoutFiguresAreFaults() throws IOException {
    write(1, "before", "run", "s", 1, false);
    Comparison comparison = Comparison.read(folder);
    assertThat(comparison.faults())
        .containsExactly("pair 1, before, x: count: 3, not 2", "pair 1, after: no figures");
    assertThat(ComparisonText.of(comparison)).contains("FAILED (the ratios mean nothing):");
  }

  @Test
  void theTableShowsEachPairAndTheSpread() throws IOException {
    pair(1, 1.0, 1.2);
    pair(2, 2.0, 2.2);
    assertThat(ComparisonText.of(Comparison.read(folder)))
        .containsPattern("x, some nodes +before +after +ratio +min–max")
        .containsPattern("run +1.50 +1.70 s +1.15 +1.10–1.20 +WORSE +1.20 1.10")
        .contains("1 figures: 1 worse and 0 better");
  }

  @Test
  void anEmptyFolderIsRefused() {
    assertThatThrownBy(() -> Comparison.read(folder))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("nothing to compare");
  }

  private Comparison.Verdict verdict() throws IOException {
    return Comparison.read(folder).rows().getFirst().verdict();
  }

  private void pair(int pair, double before, double after) throws IOException {
    write(pair, "before", "run", "s", before, true);
    write(pair, "after", "run", "s", after, true);
  }

  private void write(
      int pair, String side, String measure, String unit, double value, boolean holds)
      throws IOException {
    Report report = new Report("x", "a benchmark");
    report.add(Figure.of("some nodes", measure, unit).add(value));
    report.add(new Check("count", holds, "3, not 2"));
    ReportJson.write(folder.resolve(String.valueOf(pair)).resolve(side), report, Map.of());
  }
}
