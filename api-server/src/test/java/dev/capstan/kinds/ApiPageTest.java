package dev.capstan.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/api.md shows is what the server does. */
class ApiPageTest {

  private static final Pattern BLOCK =
      Pattern.compile("<!-- golden: (\\S+) -->\n```[a-z]*\n(.*?)```", Pattern.DOTALL);

  @Test
  void theExamplesAreGoldenCases() throws Exception {
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/api.md")));
    int found = 0;
    while (block.find()) {
      Path expected = Path.of("src/test/resources/golden", block.group(1) + ".expected");
      assertThat(block.group(2)).isEqualTo(Files.readString(expected));
      found++;
    }
    assertThat(found).isEqualTo(2);
  }
}
