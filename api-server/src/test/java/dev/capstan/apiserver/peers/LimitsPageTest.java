package dev.capstan.apiserver.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LimitsPageTest {

  @Test
  void thePageSaysWhatTheLimitsAre() throws IOException {
    List<String> rows =
        Files.readString(Path.of("../docs/operating.md"))
            .lines()
            .dropWhile(line -> !line.equals("## Limits"))
            .filter(line -> line.startsWith("| `"))
            .limit(Limit.values().length)
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(Arrays.stream(Limit.values()).map(this::row).toList());
  }

  private String row(Limit limit) {
    return String.format(
        Locale.ROOT, "| `%s` | %,d | %s |", limit.option(), limit.standard(), limit.meaning());
  }
}
