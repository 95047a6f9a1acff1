package dev.capstan.ctl.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.Violation;
import dev.capstan.kinds.ServedKinds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever the server says is wrong is found in the manifest: its golden cases, as manifests. */
class ViolationPlacesTest {

  private static final Path CASES = Path.of("../api-server/src/test/resources/golden");

  /** The fields whose members are entries of a map. */
  private static final List<String> MAPS =
      List.of(
          "labels",
          "annotations",
          "matchLabels",
          "nodeSelector",
          "limits",
          "requests",
          "data",
          "stringData",
          "binaryData");

  /** An object written with one member a line, and where each of its values begins. */
  private static final class Written {
    final StringBuilder text = new StringBuilder();
    final Map<String, String> places = new LinkedHashMap<>();
    private int line = 1;
    private int lineStart;

    Written(Kind kind, JsonObject object) {
      JsonObject whole = new JsonObject();
      whole.addProperty("apiVersion", kind.apiVersion());
      whole.addProperty("kind", kind.name());
      object.entrySet().forEach(e -> whole.add(e.getKey(), e.getValue()));
      write("", whole);
    }

    private void write(String path, JsonElement value) {
      places.put(path, line + ":" + (text.length() - lineStart + 1));
      switch (value) {
        case JsonObject map -> {
          text.append('{');
          map.entrySet()
              .forEach(e -> {
                separate('{');
                text.append(new JsonPrimitive(e.getKey())).append(": ");
                write(ofMember(path, e.getKey()), e.getValue());
              });
          text.append('}');
        }
        case JsonArray list -> {
          text.append('[');
          for (int i = 0; i < list.size(); i++) {
            separate('[');
            write(path + "[" + i + "]", list.get(i));
          }
          text.append(']');
        }
        default -> text.append(value);
      }
    }

    private void separate(char open) {
      text.append(text.charAt(text.length() - 1) == open ? "\n" : ",\n");
      line++;
      lineStart = text.length();
    }

    private static String ofMember(String path, String name) {
      if (MAPS.contains(path.substring(path.lastIndexOf('.') + 1))) {
        return path + Violation.step(name);
      }
      return path.isEmpty() ? name : path + "." + name;
    }

    /** The place of a path, or of the nearest value around it. */
    String place(String path) {
      String at = path;
      while (!places.containsKey(at)) {
        at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
      }
      return places.get(at);
    }
  }

  private static List<Violation> violations(Path expected) throws IOException {
    List<Violation> all = new ArrayList<>();
    List<String> lines = Files.readAllLines(expected);
    if (lines.getFirst().equals("INVALID_ARGUMENT")) {
      for (String line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(": ");
        all.add(new Violation(line.substring(0, colon), line.substring(colon + 2)));
      }
    }
    return all;
  }

  private static Manifest read(Kind kind, String text) {
    ManifestReader reader = new ManifestReader(KindRegistry.builtin(), "default", false);
    reader.read("stdin", text.getBytes(StandardCharsets.UTF_8));
    assertThat(reader.manifests()).as("%s", kind).hasSize(1);
    return reader.manifests().getFirst();
  }

  @TestFactory
  Stream<DynamicTest> everyViolationOfTheServerHasItsPlace() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".json", "");
        List<Violation> violations = violations(CASES.resolve(name + ".expected"));
        JsonObject golden = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        if (!violations.isEmpty() && !golden.has("status")) {
          tests.add(DynamicTest.dynamicTest(name, () -> check(golden, violations)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(20);
    return tests.stream();
  }

  private static void check(JsonObject golden, List<Violation> violations) {
    Kind kind = KindRegistry.builtin().require(golden.get("kind").getAsString());
    String part = golden.has("update") ? "update" : "create";
    Written written = new Written(kind, golden.getAsJsonObject(part));
    Manifest manifest;
    try {
      manifest = read(kind, written.text.toString());
    } catch (ManifestException e) {
      // Wrong already for the command, which says so with the place by itself.
      assertThat(e.problems()).allMatch(problem -> !problem.path().isEmpty());
      return;
    }
    for (Violation violation : violations) {
      Problem problem = manifest.locate(List.of(violation)).getFirst();
      assertThat(problem)
          .hasToString(
              "stdin:"
                  + written.place(violation.path())
                  + ": "
                  + violation.path()
                  + ": "
                  + violation.message());
    }
  }

  /** --dry-run=client: the server's rules, in the command. */
  @TestFactory
  Stream<DynamicTest> whatTheServerRefusesOfANewObjectIsRefusedWithoutIt() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".json", "");
        List<Violation> violations = violations(CASES.resolve(name + ".expected"));
        JsonObject golden = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        if (!golden.has("status") && !golden.has("update")) {
          tests.add(DynamicTest.dynamicTest(name, () -> checkAlone(golden, violations)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(40);
    return tests.stream();
  }

  private static void checkAlone(JsonObject golden, List<Violation> violations) {
    Kind kind = KindRegistry.builtin().require(golden.get("kind").getAsString());
    Message sent = ObjectJsonReader.read(kind, golden.getAsJsonObject("create")).object();
    if (kind.namespaced()) {
      sent =
          kind.withMetadata(sent, kind.metadata(sent).toBuilder().setNamespace("default").build());
    }
    // Which uid the object will have only the server knows.
    List<Violation> known =
        violations.stream()
            .filter(v -> !v.message().equals("must not be the object itself"))
            .toList();
    assertThat(ServedKinds.builtin().of(kind).violations(sent)).isEqualTo(known);
  }

  @Test
  void whatIsWrongWithTheRequestIsWrongWithTheMetadata() {
    Manifest manifest =
        read(
            KindRegistry.builtin().require("ConfigMap"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name, namespace: No_No}\n");
    assertThat(
            manifest.locate(
                List.of(
                    new Violation("name", "must be a DNS-1123 subdomain"),
                    new Violation("namespace", "must be a DNS-1123 label"))))
        .extracting(Problem::toString)
        .containsExactly(
            "stdin:3:18: metadata.name: must be a DNS-1123 subdomain",
            "stdin:3:39: metadata.namespace: must be a DNS-1123 label");
  }

  @Test
  void keysOfMapsAreFoundWhateverTheyLookLike() {
    String longKey = "k".repeat(70);
    Manifest manifest =
        read(
            KindRegistry.builtin().require("ConfigMap"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  1.conf: x\n  \"it's]\": y\n  "
                + longKey
                + ": z\n");
    assertThat(
            manifest.locate(
                Stream.of("1.conf", "it's]", longKey)
                    .map(key -> new Violation("data" + Violation.step(key), "is wrong"))
                    .toList()))
        .extracting(problem -> problem.mark().toString())
        .containsExactly("5:11", "6:12", "7:75");
  }
}
