package dev.capstan.e2e.sim.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The scenarios that once failed, kept as they were, since what a seed means changes with the
 * generator.
 */
public final class KeptScenarios {

  private static final String FOLDER = "/simulation";

  private KeptScenarios() {}

  /** All, by name. */
  public static List<Scenario> all() {
    URL folder = KeptScenarios.class.getResource(FOLDER);
    if (folder == null) {
      throw new ScenarioException("the folder of kept scenarios is not on the class path");
    }
    List<Scenario> scenarios = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      for (Path file : files.sorted().toList()) {
        scenarios.add(Scenario.parse(file.getFileName().toString(), Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return List.copyOf(scenarios);
  }
}
