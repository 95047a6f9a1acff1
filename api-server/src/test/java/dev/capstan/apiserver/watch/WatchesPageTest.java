package dev.capstan.apiserver.watch;

import static dev.capstan.apiserver.testing.ReadHarness.labelled;
import static dev.capstan.apiserver.testing.ReadHarness.mapOf;
import static dev.capstan.apiserver.testing.ReadHarness.pod;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example in docs/revisions-and-watches.md is what happens. */
class WatchesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "revisions-and-watches.md");

  @Test
  void theExampleOfThePageIsTrue() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(pod("some", "node"));
          api.write(pod("other", "node"));
          FakeStream all = api.watchMaps("");
          FakeStream web = api.watch(api.server, "", selector("ConfigMap", "app=web", ""));
          api.settle();
          api.write(labelled("a", "web", "1"), labelled("b", "db", "1"));
          api.write(labelled("a", "db", "2"));
          api.settle();
          api.write(pod("some", "node"));
          sim.seam().clock().sleep(Duration.ofSeconds(12));
          assertThat(example()).isEqualTo(print(all, web));
        });
  }

  private static List<String> example() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith("<!-- made by WatchesPageTest"))
        .skip(1)
        .takeWhile(line -> !line.startsWith("<!-- end"))
        .map(String::stripTrailing)
        .toList();
  }

  private static List<String> print(FakeStream all, FakeStream web) {
    List<String> lines = new ArrayList<>();
    lines.add("    %-40s%s".formatted("watch configmaps", "watch configmaps app=web"));
    for (int i = 0; i < 4; i++) {
      String left = print(all.frames().get(i), 27);
      lines.add("    %-40s%s".formatted(left, print(web.frames().get(i), 21)).stripTrailing());
    }
    return lines;
  }

  private static String print(WatchFrame frame, int width) {
    String what =
        frame.getEventsList().stream()
            .map(WatchesPageTest::print)
            .collect(Collectors.joining(", "));
    if (what.isEmpty()) {
      what = frame.getBookmark() ? "bookmark" : "initial";
    }
    return ("%-" + width + "s%s").formatted(what, print(frame.getResourceVersion()));
  }

  private static String print(WatchEvent event) {
    var metadata = mapOf(event).getMetadata();
    return "%s %s %s"
        .formatted(event.getType(), metadata.getName(), print(metadata.getResourceVersion()));
  }

  private static String print(String version) {
    int slot = ResourceVersions.slot(version);
    return ResourceVersions.revision(version)
        + "·"
        + (slot == ResourceVersions.WHOLE ? "all" : String.valueOf(slot));
  }
}
