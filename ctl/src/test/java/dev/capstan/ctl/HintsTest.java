package dev.capstan.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.ctl.args.ArgParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HintsTest {

  /** A command line within a text of one line. Usage and examples are none. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "\"[^\"]*capstan ("
              + Verbs.groups().stream()
                  .flatMap(group -> group.verbs().stream())
                  .collect(Collectors.joining("|"))
              + ")\\b.*");

  /** Of usage and examples, or stored as the cause of a change, or about words and not objects. */
  private static final Pattern OTHER =
      Pattern.compile(
          "ConfigVerbs\\(|\"NAME\"|\"capstan (run|rolling-update|set image|rollout)[^\"]*\""
              + "|api-resources|<resource_name>");

  private static String flags(String... args) {
    return Hints.flags(ArgParser.parse(Globals.FLAGS, List.of(args)));
  }

  @Test
  void whatSaysWhereIsRepeatedAndNothingElse() {
    assertThat(flags()).isEmpty();
    assertThat(flags("--context=lab", "-n", "team-a", "-v6", "--request-timeout=3s"))
        .isEqualTo(" --context lab -n team-a");
    assertThat(flags("-s", "10.0.0.5:7600", "--token-file", "/etc/my token"))
        .isEqualTo(" --server 10.0.0.5:7600 --token-file '/etc/my token'");
    assertThat(flags("--context=it's")).isEqualTo(" --context 'it'\\''s'");
  }

  @Test
  void everyCommandLineInASentenceIsMadeByHint() throws IOException {
    List<String> other = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        for (String line : Files.readAllLines(file)) {
          boolean hint = COMMAND.matcher(line).find() && !OTHER.matcher(line).find();
          if (hint) {
            other.add(file.getFileName() + ": " + line.strip());
          }
        }
      }
    }
    assertThat(other).isEmpty();
  }
}
