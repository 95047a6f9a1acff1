package dev.capstan.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.e2e.sim.scenario.ScenarioException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateOptionsTest {

  @Test
  void seedsAreARangeOrACount() {
    assertThat(parse("--seeds", "5..9"))
        .extracting(SimulateOptions::from, SimulateOptions::to)
        .containsExactly(5L, 9L);
    assertThat(parse("--from", "100", "--count", "3"))
        .extracting(SimulateOptions::from, SimulateOptions::to)
        .containsExactly(100L, 102L);
  }

  @Test
  void aDurationHasNoLastSeed() {
    SimulateOptions soak = parse("--duration", "8h");
    assertThat(soak.time()).isEqualTo(Duration.ofHours(8));
    assertThat(soak.to()).isGreaterThan(1_000_000_000L);
  }

  @Test
  void aScenarioIsReadFromAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("two-nodes");
    Files.writeString(file, "seed 3\nnodes 2\n");
    assertThat(parse("--scenario", file.toString()).scenario())
        .extracting(s -> s.nodes())
        .isEqualTo(2);
    assertThatThrownBy(() -> parse("--scenario", folder.resolve("none").toString()))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seed|seven|--seed seven: must be a whole number",
        "--seeds|9..5|--seeds 9..5: the last is before the first",
        "--seeds|9|--seeds 9: must be FROM..TO",
        "--count|0|--count 0: must be a whole number from 1",
        "--duration|soon|--duration soon: must be like 90s",
        "--jobs|-1|--jobs -1: must be a whole number from 1 to 256",
        "--fast|yes|--fast: there is no such option",
      })
  void whatMakesNoSenseIsSaid(String option, String value, String message) {
    assertThatThrownBy(() -> parse(option, value))
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void anOptionWithoutValueIsSaid() {
    assertThatThrownBy(() -> parse("--seed")).hasMessage("--seed: unknown, or needs a value");
  }

  private static SimulateOptions parse(String... arguments) {
    return SimulateOptions.parse(List.of(arguments));
  }
}
