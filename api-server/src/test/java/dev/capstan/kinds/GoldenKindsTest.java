package dev.capstan.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.Violation;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A directory of cases. {@code <case>.json} holds {"kind", "create"} or {"kind", "create",
 * "update"|"status"}; {@code <case>.expected} what the server makes of it: the object as stored, or
 * every violation. {@code -Dgolden.rewrite=true} writes the expectations anew, for review; not in
 * CI.
 */
class GoldenKindsTest {

  private static final Path CASES = Path.of("src/test/resources/golden");
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final ServedKinds KINDS = ServedKinds.builtin();

  @TestFactory
  Stream<DynamicTest> everyCase() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList().stream()
          .map(f -> DynamicTest.dynamicTest(name(f), () -> check(f)));
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceAll("\\.(json|expected)$", "");
  }

  private static void check(Path file) throws IOException {
    Path expected = CASES.resolve(name(file) + ".expected");
    String actual = outcome(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    if (Boolean.getBoolean("golden.rewrite") && System.getenv("CI") == null) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected));
  }

  private static String outcome(JsonObject spec) {
    ServedKind served = KINDS.named(spec.get("kind").getAsString());
    try {
      Message created = create(served, spec.getAsJsonObject("create"));
      if (spec.has("update")) {
        created = served.updated(created, read(served.kind(), spec.getAsJsonObject("update")));
      } else if (spec.has("status")) {
        created = served.withStatusOf(created, read(served.kind(), spec.getAsJsonObject("status")));
      }
      return GSON.toJson(ObjectJson.print(served.kind(), created)) + "\n";
    } catch (StatusRuntimeException e) {
      List<Violation> violations = new ArrayList<>(ApiErrors.violations(e));
      StringBuilder text = new StringBuilder(e.getStatus().getCode() + "\n");
      violations.forEach(violation -> text.append(violation).append('\n'));
      return text.toString();
    }
  }

  private static Message create(ServedKind served, JsonObject json) {
    Message sent = read(served.kind(), json);
    String name = served.kind().metadata(sent).getName();
    String namespace = served.kind().namespaced() ? "default" : "";
    Timestamp time = Timestamp.newBuilder().setSeconds(1_800_000_000L).build();
    return served.created(sent, namespace, name, "uid-1", time);
  }

  private static Message read(Kind kind, JsonObject json) {
    ObjectJsonReader.Result result = ObjectJsonReader.read(kind, json);
    if (!result.violations().isEmpty()) {
      throw ApiErrors.invalid(kind, "", result.violations());
    }
    return result.object();
  }

  @Test
  void everyExpectationHasItsCase() throws IOException {
    TreeSet<String> cases = new TreeSet<>();
    TreeSet<String> expectations = new TreeSet<>();
    try (Stream<Path> files = Files.list(CASES)) {
      files.forEach(f -> (f.toString().endsWith(".expected") ? expectations : cases).add(name(f)));
    }
    assertThat(expectations).isEqualTo(cases);
  }

  @Test
  void everyKindHasACase() throws IOException {
    TreeSet<String> covered = new TreeSet<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        covered.add(
            JsonParser.parseString(Files.readString(file))
                .getAsJsonObject()
                .get("kind")
                .getAsString());
      }
    }
    assertThat(covered).containsAll(KINDS.registry().kinds().stream().map(Kind::name).toList());
  }

  /**
   * Defaults are filled in before every validation, so filling them in twice must change nothing.
   */
  @TestFactory
  Stream<DynamicTest> updatingAnObjectWithItselfChangesNothing() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList().stream()
          .map(f -> DynamicTest.dynamicTest(name(f), () -> checkStable(f)));
    }
  }

  private static void checkStable(Path file) throws IOException {
    JsonObject spec = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    ServedKind served = KINDS.named(spec.get("kind").getAsString());
    Message created;
    try {
      created = create(served, spec.getAsJsonObject("create"));
    } catch (StatusRuntimeException e) {
      return; // Refused: there is nothing to update.
    }
    assertThat(served.updated(created, created)).isEqualTo(created);
  }
}
