package dev.capstan.e2e.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of bugs is sound, and the tool that runs them says what is wrong with a bad one. */
class MutantTest {

  private static final String HEAD =
      """
      title: It is wrong
      asked: our own
      expect: I1
      breaks: Everything.
      why: Somebody was
        in a hurry.

      """;

  private static final String SOURCE =
      "client/sdk/src/main/java/dev/capstan/client/control/WriteLog.java";

  private static final String WORKING =
      HEAD
          + "edit: "
          + SOURCE
          + "\n-  private String highest = \"\";\n+  private String highest = \"mutated\";\n";

  private final MutantSources sources = MutantSources.here();
  @TempDir Path work;

  private Mutant mutant(String text) throws IOException {
    return MutantFile.read(Files.writeString(work.resolve("some.mutant"), text));
  }

  @Test
  void everyMutantStillAppliesAndCompiles() {
    List<Mutant> all = MutantFile.readAll(sources.mutants());
    try (MutantCompiler compiler = new MutantCompiler()) {
      all.forEach(m -> compiler.compile(m.name(), sources.apply(m), work.resolve(m.name())));
    }
    assertThat(all).hasSizeGreaterThanOrEqualTo(22);
    assertThat(all)
        .allSatisfy(m -> assertThat(m.expect()).matches("I[1-9]|fencing|identity|ownership"));
  }

  @Test
  void aMutantIsReadAsItIsWritten() throws IOException {
    Mutant read = mutant(WORKING);
    assertThat(read.why()).isEqualTo("Somebody was in a hurry.");
    assertThat(read.edits()).singleElement().extracting(Mutant.Edit::source).isEqualTo(SOURCE);
    assertThat(sources.apply(read).get(SOURCE))
        .isEqualTo(
            Files.readString(sources.root().resolve(SOURCE))
                .replace("highest = \"\";", "highest = \"mutated\";"));
  }

  @Test
  void whatIsWrittenWronglyIsSaidWithFileAndLine() {
    assertThatThrownBy(() -> mutant(HEAD + "whatever"))
        .isInstanceOf(MutantException.class)
        .hasMessage("some.mutant:8: neither \"name: value\" nor a line that begins with -, + or #");
    assertThatThrownBy(() -> mutant(HEAD + "colour: red"))
        .hasMessage("some.mutant:8: unknown name \"colour\"");
    assertThatThrownBy(() -> mutant(HEAD + "title: again"))
        .hasMessage("some.mutant:8: \"title:\" twice");
    assertThatThrownBy(() -> mutant(HEAD + "-  x"))
        .hasMessageStartingWith("some.mutant:8: a line to find");
    assertThatThrownBy(() -> mutant(HEAD + "edit: A.java\n+  x"))
        .hasMessageStartingWith("some.mutant:8: an edit needs lines to find");
    assertThatThrownBy(() -> mutant("title: only")).hasMessageContaining("\"asked:\" is missing");
    assertThatThrownBy(() -> mutant(HEAD)).hasMessageContaining("there is no \"edit:\"");
  }

  @Test
  void linesThatAreNotThereExactlyOnceAreAnError() throws IOException {
    Mutant nowhere = mutant(HEAD + "edit: " + SOURCE + "\n-  no such line\n");
    assertThatThrownBy(() -> sources.apply(nowhere))
        .hasMessage("some.mutant:8: not found in " + SOURCE);
    Mutant often = mutant(HEAD + "edit: " + SOURCE + "\n-    lock.lock();\n");
    assertThatThrownBy(() -> sources.apply(often))
        .hasMessage("some.mutant:8: found more than once in " + SOURCE);
    Mutant part = mutant(HEAD + "edit: " + SOURCE + "\n-lock.lock();\n");
    assertThatThrownBy(() -> sources.apply(part)).hasMessageContaining("not found");
    Mutant elsewhere = mutant(HEAD + "edit: pom.xml\n-<project>\n");
    assertThatThrownBy(() -> sources.apply(elsewhere))
        .hasMessage("some.mutant:8: no production source pom.xml");
  }

  @Test
  void aMutantThatDoesNotCompileIsAnErrorInTheCompilersWords() throws IOException {
    Mutant broken = mutant(WORKING.replace("+  private", "+  privet"));
    try (MutantCompiler compiler = new MutantCompiler()) {
      assertThatThrownBy(() -> compiler.compile("some", sources.apply(broken), work.resolve("out")))
          .isInstanceOf(MutantException.class)
          .hasMessageContaining("WriteLog.java");
    }
  }

  @Test
  void theChildRunsTheMutatedClassesAndItsVerdictIsTold() throws IOException {
    assertThat(run("some", WORKING, "1..5"))
        .startsWith("1\n")
        .contains("some                           SURVIVED")
        .contains("| `some` | Everything. | ? | none | SURVIVED |");
    assertThat(run("some", WORKING, "11..50"))
        .startsWith("0\n")
        .contains("killed by I9       at seed 17, 7 seeds, ")
        .contains("| `some` | Everything. | ? | I9 | 7 |");
    assertThat(run("some", WORKING, "31..40"))
        .startsWith("3\n")
        .contains("COULD NOT BE RUN: seed 31 fails without the mutant, too");
    assertThat(run("some", WORKING, "60..61"))
        .startsWith("3\n")
        .contains("COULD NOT BE RUN: exit 4")
        .contains("out of order");
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() throws IOException {
    assertThat(run("none-such", WORKING, "1..5")).startsWith("2\n").contains("there is none");
    assertThat(run("some", WORKING, "5..1")).startsWith("2\n").contains("after the last");
    assertThat(run("some", WORKING, "many")).startsWith("2\n").contains("must be N or FROM..TO");
    assertThat(run("some", HEAD, "1..5")).startsWith("3\n").contains("some.mutant:7");
  }

  /** Exit code and output of the tool with a stand-in for the simulation. */
  private String run(String name, String text, String seeds) throws IOException {
    Files.writeString(work.resolve("some.mutant"), text);
    StringWriter out = new StringWriter();
    int code =
        MutantRun.execute(
            new PrintWriter(out, true),
            "--mutants",
            work.toString(),
            "--mutant",
            name,
            "--seeds",
            seeds,
            "--main",
            StandIn.class.getName());
    return code + "\n" + out;
  }
}
