package dev.capstan.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.sim.Trace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * API server, clients, controllers, scheduler and simulated kubelets in one JVM on the seeded
 * carrier.
 */
class WholeClusterInOneThreadTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theStoryEndsWellUnderEverySeed(long seed) {
    Trace trace = Story.tell(seed);
    assertThat(trace.steps()).isGreaterThan(1000);
  }

  @Tag("simulation")
  @Test
  void theStoryEndsWellUnderManySeeds() {
    for (long seed = 100; seed < 130; seed++) {
      Story.tell(seed);
    }
  }

  @Test
  void anotherJvmTellsTheVerySameStory() throws Exception {
    String here = Story.tell(7).digest();
    assertThat(inAnotherJvm(7)).isEqualTo(here);
    assertThat(Story.tell(8).digest()).isNotEqualTo(here);
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
                Story.class.getName(),
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
    return lines.stream()
        .filter(line -> line.startsWith("digest "))
        .map(line -> line.substring("digest ".length()))
        .findFirst()
        .orElseThrow();
  }
}
