package dev.capstan.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void medianAndPercentilesAreOfTheValues() {
    assertThat(Stats.median(3, 1, 2)).isEqualTo(2);
    assertThat(Stats.median(4, 1, 2, 3)).isEqualTo(2.5);
    assertThat(Stats.percentile(new double[] {1, 2, 3, 4}, 0.5)).isEqualTo(2);
    assertThat(Stats.percentile(new double[] {1, 2, 3, 4}, 0.99)).isEqualTo(4);
    assertThat(Stats.median()).isNaN();
  }

  @Test
  void aReportWithoutChecksIsNotSound() {
    assertThat(new Report("x", "nothing").sound()).isFalse();
  }

  @Test
  void aCheckThatFailedOnceHasFailed() {
    Report report = new Report("x", "a check twice");
    report.add(new Check("count", false, "3, not 2"));
    report.add(new Check("count", true, ""));
    assertThat(report.sound()).isFalse();
    assertThat(ReportText.of(report)).contains("FAILED  count: 3, not 2");
  }

  @Test
  void theTableShowsMedianRangeGoalAndReference() {
    Report report = new Report("x", "a figure");
    report.add(
        Figure.of("100 nodes", "run 1000", "s")
            .add(1.2)
            .add(0.8)
            .add(0.9)
            .atMost(1)
            .ofAnotherDay("Kubernetes 1.20.2: 5.6"));
    assertThat(ReportText.of(report))
        .containsPattern("100 nodes +median +min–max +goal")
        .containsPattern(
            "run 1000 +0.900 s +0.800–1.20 +≤ 1.00 met \\(another day: Kubernetes 1.20.2: 5.6\\)");
  }

  @Test
  void theJsonHasEverySample() {
    Report report = new Report("x", "a figure");
    report.add(Figure.of("s", "m", "/s").add(1).add(2).atLeast(5));
    String json = ReportJson.of(report, Map.of("processors", "2")).toString();
    assertThat(json).contains("\"samples\":[1.0,2.0]", "\"at_least\":5.0", "\"met\":false");
  }
}
