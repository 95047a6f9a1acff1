package dev.capstan.apiserver.watch;

import static dev.capstan.apiserver.testing.ReadHarness.delete;
import static dev.capstan.apiserver.testing.ReadHarness.labelled;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.mapOf;
import static dev.capstan.apiserver.testing.ReadHarness.pod;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a watcher is promised of the frames it gets. */
class WatchTest {

  private static String version(long revision) {
    return ResourceVersions.whole(revision);
  }

  private static List<String> told(WatchFrame frame) {
    return frame.getEventsList().stream()
        .map(e -> e.getType() + " " + mapOf(e).getMetadata().getName())
        .toList();
  }

  @Test
  void aRevisionIsOneFrame() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          FakeStream both =
              api.watch(api.server, "", selector("ConfigMap", "", ""), selector("Pod", "", ""));
          api.settle();
          long revision = api.write(map("a", "1"), pod("p", "n"), map("b", "1"));
          api.settle();
          assertThat(maps.changes()).hasSize(1);
          assertThat(told(maps.changes().getFirst())).containsExactly("ADDED a", "ADDED b");
          assertThat(maps.version()).isEqualTo(version(revision));
          assertThat(both.changes()).hasSize(1);
          assertThat(both.changes().getFirst().getEventsList())
              .extracting(WatchEvent::getKind)
              .containsExactly("ConfigMap", "Pod", "ConfigMap");
        });
  }

  @Test
  void objectsCarryTheVersionOfTheirWrite() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          long revision = api.write(map("a", "1"), map("b", "1"));
          api.settle();
          assertThat(maps.events())
              .extracting(e -> mapOf(e).getMetadata().getResourceVersion())
              .containsExactly(ResourceVersions.of(revision, 0), ResourceVersions.of(revision, 1));
        });
  }

  @Test
  void theBeginningComesInChunksWithTheVersionOnTheLast() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          String filler = "x".repeat(5_000);
          for (int i = 0; i < 100; i++) {
            api.write(map("m" + i, filler));
          }
          FakeStream maps = api.watchMaps("");
          api.settle();
          List<WatchFrame> frames = maps.frames();
          assertThat(frames.size()).isGreaterThan(5);
          assertThat(frames).allMatch(WatchFrame::getInitial);
          assertThat(frames).allMatch(f -> f.getSerializedSize() < 64 * 1024);
          assertThat(frames.subList(0, frames.size() - 1))
              .allMatch(f -> f.getResourceVersion().isEmpty());
          assertThat(frames.getLast().getResourceVersion()).isEqualTo(version(api.revision()));
          assertThat(maps.events()).hasSize(100).allMatch(e -> e.getType().equals("ADDED"));
        });
  }

  @Test
  void anEmptyBeginningIsOneFrameWithTheVersion() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          assertThat(maps.frames()).hasSize(1);
          assertThat(maps.frames().getFirst().getInitial()).isTrue();
          assertThat(maps.version()).isEqualTo(version(api.revision()));
        });
  }

  /** Whatever is written while watchers come, go and stall: each one's replay is the store. */
  @Test
  void everyWatcherSeesEveryChangeOnceAndInOrder() {
    for (int seed = 0; seed < 10; seed++) {
      Simulation.run(
          seed,
          sim -> {
            var api = new ReadHarness(sim);
            List<FakeStream> streams = new ArrayList<>();
            var random = sim.process("writer").seam().random();
            for (int i = 0; i < 300; i++) {
              if (i % 40 == 0) {
                streams.add(api.watchMaps(i % 80 == 0 ? "" : version(api.revision())));
              }
              writeSomething(api, random.nextInt(12), i);
              streams.getLast().room(random.nextInt(3) == 0 ? 0 : 1000);
              if (random.nextInt(4) == 0) {
                api.settle();
              }
            }
            streams.forEach(s -> s.room(100_000));
            api.settle();
            Map<String, String> truth = contents(api.watchMaps(""), api);
            for (int i = 0; i < streams.size(); i += 2) {
              assertThat(contents(streams.get(i), api)).isEqualTo(truth);
            }
            streams.forEach(WatchTest::assertOrdered);
          });
    }
  }

  private static void writeSomething(ReadHarness api, int choice, int i) {
    ConfigMap map = map("m" + choice, "v" + i);
    if (i % 3 == 0) {
      api.commit(List.of(delete(map)));
    } else {
      api.write(map, map("other" + choice % 3, "w" + i));
    }
  }

  private static Map<String, String> contents(FakeStream stream, ReadHarness api)
      throws InterruptedException {
    api.settle();
    Map<String, String> state = new LinkedHashMap<>();
    for (WatchEvent event : stream.events()) {
      ConfigMap map = mapOf(event);
      String name = map.getMetadata().getName();
      switch (event.getType()) {
        case "ADDED" -> assertThat(state.put(name, map.getDataOrThrow("v"))).isNull();
        case "MODIFIED" -> assertThat(state.put(name, map.getDataOrThrow("v"))).isNotNull();
        default -> assertThat(state.remove(name)).isNotNull();
      }
    }
    return new TreeMap<>(state);
  }

  private static void assertOrdered(FakeStream stream) {
    assertThat(stream.error).isNull();
    List<Long> versions =
        stream.changes().stream().map(f -> ResourceVersions.parse(f.getResourceVersion())).toList();
    assertThat(versions).isSorted().doesNotHaveDuplicates();
    List<Long> objects =
        stream.changes().stream()
            .flatMap(f -> f.getEventsList().stream())
            .map(e -> ResourceVersions.parse(mapOf(e).getMetadata().getResourceVersion()))
            .toList();
    assertThat(objects).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whatLeavesTheSelectorIsDeletedAndWhatEntersIsAdded() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream web = api.watch(api.server, "", selector("ConfigMap", "app=web", ""));
          api.settle();
          api.write(labelled("a", "web", "1"));
          api.write(labelled("b", "db", "1"));
          long left = api.write(labelled("a", "db", "2"));
          api.write(labelled("b", "web", "2"));
          api.write(labelled("a", "db", "3"));
          api.write(labelled("b", "web", "3"));
          api.commit(List.of(delete(map("b", ""))));
          api.settle();
          assertThat(web.changes().stream().flatMap(f -> told(f).stream()))
              .containsExactly("ADDED a", "DELETED a", "ADDED b", "MODIFIED b", "DELETED b");
          // The last state that was selected, with the version of the change that ended it.
          ConfigMap gone = mapOf(web.events().get(1));
          assertThat(gone.getDataOrThrow("v")).isEqualTo("1");
          assertThat(gone.getMetadata().getResourceVersion())
              .isEqualTo(ResourceVersions.of(left, 0));
        });
  }

  @Test
  void aDeletionCarriesTheLastStateWithTheVersionOfTheDeletion() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "last"));
          FakeStream maps = api.watchMaps("");
          api.settle();
          long revision = api.commit(List.of(delete(map("a", ""))));
          api.settle();
          ConfigMap gone = mapOf(maps.events().getLast());
          assertThat(gone.getDataOrThrow("v")).isEqualTo("last");
          assertThat(ResourceVersions.revision(gone.getMetadata().getResourceVersion()))
              .isEqualTo(revision);
        });
  }

  @Test
  void aFrameIsSerializedOnceForAllItsWatchers() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          List<FakeStream> streams =
              IntStream.range(0, 5).mapToObj(i -> api.watchMaps("")).toList();
          FakeStream other = api.watch(api.server, "", selector("ConfigMap", "app=web", ""));
          api.settle();
          api.write(labelled("a", "web", "1"));
          api.settle();
          var first = streams.getFirst().messages().getLast();
          streams.forEach(s -> assertThat(s.messages().getLast()).isSameAs(first));
          assertThat(other.messages().getLast()).isSameAs(first);
        });
  }

  @Test
  void aWatcherOfManyKindsSeesThemAtOneRevision() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          api.write(pod("p", "n"));
          FakeStream both =
              api.watch(api.server, "", selector("Pod", "", ""), selector("ConfigMap", "", ""));
          api.settle();
          assertThat(both.events())
              .extracting(WatchEvent::getKind)
              .containsExactly("Pod", "ConfigMap");
          assertThat(both.version()).isEqualTo(version(api.revision()));
        });
  }

  @Test
  void aWatchByNameSeesOneObject() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"));
          FakeStream a =
              api.watch(
                  api.server,
                  "",
                  selector("ConfigMap", "", "metadata.name=a,metadata.namespace=default"));
          api.settle();
          api.write(map("b", "2"));
          api.write(map("a", "2"));
          api.settle();
          assertThat(a.events())
              .extracting(e -> mapOf(e).getMetadata().getName())
              .containsExactly("a", "a");
        });
  }

  @Test
  void aQuietWatchGetsABookmarkEveryFiveSeconds() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          api.write(pod("p", "n"));
          sim.seam().clock().sleep(Duration.ofSeconds(31));
          assertThat(maps.bookmarks()).hasSizeBetween(6, 7);
          assertThat(maps.bookmarks().getLast().getResourceVersion())
              .isEqualTo(version(api.revision()));
        });
  }

  /** Whenever the last frame came: a frame just after a look does not buy a second period. */
  @Test
  void noSilenceLastsLongerThanFiveSeconds() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          var clock = sim.seam().clock();
          for (int millis = 0; millis < 5_000; millis += 170) {
            FakeStream maps = api.watchMaps("");
            api.settle();
            clock.sleep(Duration.ofMillis(millis));
            api.write(map("m" + millis, "v"));
            api.settle();
            int before = maps.bookmarks().size();
            clock.sleep(WatchHub.PERIOD);
            assertThat(maps.bookmarks()).as("%d ms", millis).hasSizeGreaterThan(before);
          }
        });
  }

  @Test
  void noBookmarksWhileTheServerIsCutOffFromTheStore() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watchMaps("");
          api.settle();
          api.store.closeReads();
          sim.seam().clock().sleep(Duration.ofSeconds(30));
          assertThat(maps.bookmarks()).isEmpty();
          api.store.openReads();
          sim.seam().clock().sleep(Duration.ofSeconds(12));
          assertThat(maps.bookmarks()).isNotEmpty();
        });
  }

  @Test
  void anOrderedBookmarkIncludesEveryWriteBeforeTheOrder() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream maps = api.watch(api.server, "", "me", selector("ConfigMap", "", ""));
          api.settle();
          api.store.closeWatch();
          long revision = api.write(pod("p", "n"));
          sim.seam()
              .threads()
              .start(
                  "opener",
                  () -> {
                    try {
                      sim.seam().clock().sleep(Duration.ofSeconds(1));
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    assertThat(maps.bookmarks()).isEmpty();
                    api.store.openWatch();
                  });
          assertThat(api.bookmark("me")).isEqualTo(version(revision));
          api.settle();
          assertThat(maps.bookmarks().getLast().getResourceVersion()).isEqualTo(version(revision));
        });
  }
}
