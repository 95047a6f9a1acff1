package dev.capstan.ctl.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every transcript in src/test/resources/golden comes out as it is written.
 *
 * <p>{@code mvn -pl ctl -am test -Dtest=GoldenTest -Dgolden.write=true} rewrites them; never in CI.
 */
class GoldenTest {

  private static final Path RESOURCES = Path.of("src/test/resources");

  @TempDir Path homes;

  @TestFactory
  Stream<DynamicTest> transcripts() throws IOException {
    return files("golden").map(f -> DynamicTest.dynamicTest(name(f), () -> replay(f)));
  }

  @Test
  void everyFileThatCommandsReadIsReadBySomeTranscript() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path f : files("golden").toList()) {
      all.append(Files.readString(f));
    }
    List<String> unused =
        Stream.concat(files("files"), files("clusters"))
            .filter(f -> !f.toString().contains("/folder/"))
            .map(f -> f.getFileName().toString())
            .filter(f -> !all.toString().contains(f))
            .toList();
    assertThat(unused).isEmpty();
  }

  @Test
  void thePageOnTheCommandShowsWhatTheCommandPrints() throws IOException {
    Set<String> lines = new TreeSet<>();
    for (Path f : files("golden").toList()) {
      Files.readString(f).lines().map(l -> l.replaceFirst("^[|!] ", "")).forEach(lines::add);
    }
    String page = Files.readString(Path.of("../docs/cli.md"));
    List<String> unlike = new ArrayList<>();
    boolean shown = false;
    for (String line : page.split("\n", -1)) {
      boolean code = line.startsWith("    ");
      shown = code && (shown || line.startsWith("    $ capstan"));
      if (shown && !lines.contains(line.substring(4))) {
        unlike.add(line);
      }
    }
    assertThat(unlike).isEmpty();
  }

  private void replay(Path file) throws IOException {
    String wanted = Files.readString(file);
    Path home = Files.createDirectory(homes.resolve(name(file)));
    String got = new Transcript(RESOURCES, home, "golden-" + name(file)).replay(wanted);
    if (Boolean.getBoolean("golden.write")) {
      assertThat(System.getenv("CI")).as("golden files are not rewritten in CI").isNull();
      Files.writeString(file, got);
    }
    assertThat(got).isEqualTo(Files.readString(file));
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".txt", "");
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(RESOURCES.resolve(folder))) {
      return all.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }
}
