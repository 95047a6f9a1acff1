package dev.capstan.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void theEnvironmentSaysWhereHomeIs() {
    assertThat(Main.home(Map.of("HOME", "/sandbox"), "/home/ada")).isEqualTo(Path.of("/sandbox"));
    assertThat(Main.home(Map.of(), "/home/ada")).isEqualTo(Path.of("/home/ada"));
    assertThat(Main.home(Map.of("HOME", ""), "/home/ada")).isEqualTo(Path.of("/home/ada"));
  }
}
