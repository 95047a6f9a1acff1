package dev.capstan.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.control.ControllerRunner;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example with which the package's documentation starts. */
class PackageExampleTest {

  // A controller that keeps a label on every config map.
  static void run(Connection connection) throws InterruptedException {
    Api api = Api.of(connection).as("greeter");
    try (InformerSet informers = InformerSet.of(api).watch(ObjectType.CONFIG_MAP).build()) {
      informers.start();
      ControllerRunner.<ObjectKey>of(
              "greeter",
              informers,
              api,
              (key, world, writes) -> {
                ConfigMap map = world.find(ObjectType.CONFIG_MAP, key).orElse(null);
                if (map != null && !map.getMetadata().containsLabels("greeted")) {
                  writes
                      .configMaps()
                      .namespace(key.namespace())
                      .patch(key.name(), "{\"metadata\":{\"labels\":{\"greeted\":\"yes\"}}}");
                }
                return Outcome.DONE;
              })
          .on(ObjectType.CONFIG_MAP, change -> List.of(change.key()))
          .build()
          .run(); // until interrupted
    }
  }

  // End of the example.

  @Test
  void theExampleWorks() {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("example", sim.process("server").seam());
              Connection connection = server.connect(sim.seam())) {
            Api.of(connection).configMaps().create(Objects.configMap("m", "a", "1"));
            Thread greeter =
                sim.seam()
                    .threads()
                    .start(
                        "greeter",
                        () -> {
                          try {
                            run(connection);
                          } catch (InterruptedException e) {
                            sim.note("ended");
                          }
                        });
            sim.seam().clock().sleep(Duration.ofSeconds(5));
            greeter.interrupt();
            greeter.join();
            assertThat(
                    Api.of(connection)
                        .configMaps()
                        .namespace("default")
                        .get("m")
                        .getMetadata()
                        .getLabelsMap())
                .containsEntry("greeted", "yes");
          }
        });
  }

  @Test
  void theDocumentationShowsThisVeryExample() throws IOException {
    String test =
        Files.readString(Path.of("src/test/java/dev/capstan/client/PackageExampleTest.java"));
    String example =
        test.substring(
            test.indexOf("  // A controller that"), test.indexOf("  // End of the example."));
    String docs = Files.readString(Path.of("src/main/java/dev/capstan/client/package-info.java"));
    assertThat(squeezed(docs.replace("\n * ", "\n"))).contains(squeezed(example));
    String page = Files.readString(Path.of("../../docs/clients.md"));
    assertThat(squeezed(page)).contains(squeezed(example));
  }

  @Test
  void thePageNamesTheArtifactAndWhatMustBeImported() throws IOException {
    String page = Files.readString(Path.of("../../docs/clients.md"));
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(pom).contains("<artifactId>capstan-client</artifactId>");
    assertThat(page).contains("<artifactId>capstan-client</artifactId>");
    // The example is of this package; whoever copies it is not.
    List<String> imports =
        Files.readString(Path.of("src/test/java/dev/capstan/client/PackageExampleTest.java"))
            .lines()
            .filter(line -> line.matches("import (dev\\.capstan\\.api|.*cache\\.|.*control\\.).*"))
            .toList();
    assertThat(imports).hasSize(4);
    assertThat(page).contains(imports);
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }
}
