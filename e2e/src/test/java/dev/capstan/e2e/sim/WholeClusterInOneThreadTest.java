package dev.capstan.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.Scenarios;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * API server, clients, controllers, scheduler and simulated kubelets in one JVM on the seeded
 * carrier. A few seeds; {@code deploy/simulate} plays as many as one likes.
 */
class WholeClusterInOneThreadTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everythingHoldsUnderTheSeed(long seed) {
    SeedRun.Result result = Verdict.of(Scenarios.of(seed), false);
    assertThat(result.failure()).isNull();
    assertThat(result.steps()).isGreaterThan(1000);
  }

  @Test
  void aWrittenScenarioIsPlayedAsTheSeedIs() {
    Scenario scenario = Scenarios.of(7);
    Scenario read = Scenario.parse("seven", scenario.text());
    assertThat(read).isEqualTo(scenario);
    assertThat(SeedRun.of(read, true).digest()).isEqualTo(SeedRun.of(scenario, false).digest());
  }

  @Test
  void anotherJvmPlaysTheVerySameSteps() throws Exception {
    String here = SeedRun.of(Scenarios.of(7), false).digest();
    assertThat(inAnotherJvm(7)).isEqualTo(here);
    assertThat(SeedRun.of(Scenarios.of(8), false).digest()).isNotEqualTo(here);
  }

  private static String inAnotherJvm(long seed) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Simulate.class.getName(),
                "--seed",
                Long.toString(seed))
            .redirectErrorStream(true)
            .start();
    List<String> lines;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines = out.lines().toList();
    }
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    Matcher trace =
        Pattern.compile("^seed .* trace ([0-9a-f]{16})$", Pattern.MULTILINE)
            .matcher(String.join("\n", lines));
    assertThat(trace.find()).as(String.join("\n", lines)).isTrue();
    return trace.group(1);
  }
}
