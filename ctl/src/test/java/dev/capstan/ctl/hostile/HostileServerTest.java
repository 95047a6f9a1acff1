package dev.capstan.ctl.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.KindRegistry;
import dev.capstan.ctl.testing.CommandTry;
import dev.capstan.ctl.testing.HastyClock;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a server says does anything to a terminal. */
class HostileServerTest {

  private static final List<String> FORMATS =
      List.of(
          "",
          "wide",
          "yaml",
          "json",
          "name",
          "jsonpath={..*}",
          "custom-columns=A:.metadata.name,B:.metadata.labels,C:.status");

  private static final String CONFIG_MAP =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: web}
      """;

  @TempDir Path home;

  /** Every command that asks a server, about an object of a name. */
  private static List<List<String>> commands(String name) {
    List<List<String>> all = new ArrayList<>();
    for (String kind : KindRegistry.builtin().kinds().stream().map(k -> k.plural()).toList()) {
      for (String format : FORMATS) {
        all.add(List.of("get", kind, "-o", format));
        all.add(List.of("get", kind, name, "-o", format));
      }
      all.add(List.of("get", kind, "-A", "--show-labels", "--sort-by=.metadata.name"));
      all.add(List.of("get", kind, "-w", "--request-timeout=3s"));
      all.add(List.of("get", kind, "-w", "--output-watch-events", "--request-timeout=3s"));
      all.add(List.of("get", kind, "-w", "-o", "jsonpath={..*}", "--request-timeout=3s"));
      all.add(List.of("describe", kind));
      all.add(List.of("describe", kind, name));
      all.add(List.of("label", kind, name, "a=b"));
      all.add(List.of("annotate", kind, name, "a=b", "--overwrite"));
      all.add(List.of("label", kind, name, "--list"));
      all.add(List.of("delete", kind, name, "--timeout=3s"));
      all.add(List.of("delete", kind, "--all", "--wait=false"));
      all.add(List.of("__complete", "get", kind, ""));
      all.add(List.of("__complete", "get", kind, "-l", ""));
    }
    for (String line :
        List.of(
            "get all",
            "events",
            "events -A -o wide",
            "events -w --request-timeout=3s",
            "apply -f web.yaml",
            "apply -f web.yaml --dry-run=client",
            "apply -f web.yaml --dry-run=server -o yaml",
            "create -f web.yaml",
            "create namespace web",
            "delete -f web.yaml --wait=false",
            "run web --image=x:1",
            "version",
            "version -o yaml",
            "cordon NAME",
            "uncordon NAME",
            "taint nodes NAME a=b:NoSchedule",
            "logs NAME",
            "logs NAME --prefix --all-containers",
            "logs -f NAME --request-timeout=3s",
            "logs -l a=b --prefix",
            "logs deploy/NAME",
            "scale deploy NAME --replicas=2",
            "scale deploy --all --replicas=2",
            "scale deploy NAME --replicas=2 --current-replicas=1",
            "set image deploy NAME *=x:2",
            "rollout status deploy/NAME --timeout=3s",
            "rollout status deploy/NAME -w=false",
            "rollout history deploy/NAME",
            "rollout history deploy/NAME --revision=7",
            "rollout undo deploy/NAME",
            "rollout pause deploy/NAME",
            "rollout resume deploy/NAME",
            "rollout restart deploy/NAME",
            "rolling-update NAME --image=x:2 --timeout=3s",
            "rolling-update NAME --rollback --timeout=3s",
            "rolling-update NAME --image=x:2 --timeout=3s -v=9",
            "__complete logs ",
            "__complete rollout status ",
            "__complete set image deploy/NAME ")) {
      List<String> words = new ArrayList<>();
      for (String word : line.split(" ", -1)) {
        words.add(word.replace("NAME", name));
      }
      all.add(words);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", HostileText.TEXT})
  void objectsDoNothingToATerminal(String name) throws IOException {
    harmless(name, Status.Code.OK);
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
  void errorsDoNothingToATerminal(Status.Code code) throws IOException {
    harmless("web", code);
  }

  @Test
  void aPipeGetsWhatAJsonpathPicksAsItIs() throws IOException {
    HostileApi api = new HostileApi("web", Status.Code.OK);
    try (CommandTry there = new CommandTry(api, new HastyClock(), home)) {
      String[] words = {"get", "cm", "web", "-o", "jsonpath={.metadata.uid}"};
      assertThat(there.run("", words).out()).isEqualTo(HostileText.TEXT);
      assertThat(there.onTerminal(words).out())
          .isEqualTo(
              "x^[[2J^[]0;title^G^[]52;c;ZXZpbA==^G\\u009b31m\\r^H^@\\u007f"
                  + "\\u202e\\u2066\\u200f\\u061c\\u2028\n\tz");
    }
  }

  @Test
  void completionOffersNothingThatAShellWouldRun() throws IOException {
    for (String name : List.of("$(reboot)", "a;b", "`a`", "a b", "a\nb", HostileText.TEXT)) {
      HostileApi api = new HostileApi(name, Status.Code.OK);
      try (CommandTry there = new CommandTry(api, new HastyClock(), home)) {
        assertThat(there.run("", "__complete", "logs", "").out()).isEmpty();
      }
    }
    try (CommandTry there =
        new CommandTry(new HostileApi("web-1", Status.Code.OK), new HastyClock(), home)) {
      assertThat(there.run("", "__complete", "logs", "").out()).isEqualTo("web-1\n");
    }
  }

  private void harmless(String name, Status.Code code) throws IOException {
    Files.writeString(home.resolve("web.yaml"), CONFIG_MAP);
    List<String> told = new ArrayList<>();
    try (CommandTry there = new CommandTry(new HostileApi(name, code), new HastyClock(), home)) {
      for (List<String> words : commands(name)) {
        CommandTry.Outcome outcome = there.onTerminal(words.toArray(String[]::new));
        String text = withoutLiveLine(outcome.out()) + outcome.err();
        boolean defect = text.contains("a defect in capstan");
        if (defect || text.codePoints().anyMatch(HostileServerTest::doesSomething)) {
          told.add(words + ": " + text.strip());
        }
      }
    }
    assertThat(told).isEmpty();
  }

  /** What LiveLine itself sends. */
  private static String withoutLiveLine(String text) {
    return text.replace("\r\u001b[?7l", "")
        .replace(" \u001b[J\u001b[?7h\r", "")
        .replace("\r \u001b[J\r", "");
  }

  private static boolean doesSomething(int c) {
    return c != '\n'
        && c != '\t'
        && switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        };
  }
}
