package dev.capstan.apiserver.cache;

import static dev.capstan.apiserver.testing.ReadHarness.CONFIG_MAP;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was is worked out from what is and what happened. */
class PastTest {

  private static final int OBJECTS = 12;

  private static String name(Random random) {
    return "m%02d".formatted(random.nextInt(OBJECTS));
  }

  /** Creates, changes and deletions, several in a group, each of another object. */
  private static List<Txn> group(ReadHarness api, Random random, String value) {
    List<Txn> members = new ArrayList<>();
    int first = random.nextInt(OBJECTS);
    for (int i = 0; i <= random.nextInt(4); i++) {
      var object = map("m%02d".formatted((first + i) % OBJECTS), value);
      members.add(
          random.nextInt(3) == 0 ? ReadHarness.delete(object) : api.put(object, members.size()));
    }
    return members;
  }

  private static List<String> versions(Iterable<CachedObject> objects) {
    List<String> versions = new ArrayList<>();
    objects.forEach(o -> versions.add(o.key() + "@" + o.object().resourceVersion()));
    return versions;
  }

  private static void isAsItWas(WatchCache cache, Snapshot then, String prefix, String after) {
    var past = cache.past(CONFIG_MAP, then.revision(), prefix, after);
    assertThat(versions(Objects.requireNonNull(past)))
        .isEqualTo(versions(then.table(CONFIG_MAP).under(prefix, after)));
  }

  @Test
  void itIsWhatTheSnapshotOfThatRevisionWas() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          WatchCache cache = api.server.cache();
          Random random = new Random(7);
          List<Snapshot> snapshots = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            api.commit(group(api, random, "v" + i));
            snapshots.add(cache.await(api.revision(), api.deadline()));
          }
          for (Snapshot then : snapshots) {
            isAsItWas(cache, then, "", "");
            isAsItWas(cache, then, "default/", "default/" + name(random));
            isAsItWas(cache, then, "defaul/", "");
          }
        });
  }

  @Test
  void thereIsNoneOfWhatIsForgottenOrHasNotCome() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, 1);
          WatchCache cache = api.server.cache();
          long first = api.write(map("a", "1"));
          long second = api.write(map("a", "2"));
          long third = api.write(map("a", "3"));
          cache.await(third, api.deadline());
          assertThat(cache.past(CONFIG_MAP, first, "", "")).isNull();
          assertThat(cache.past(CONFIG_MAP, second, "", "")).isNotNull();
          assertThat(cache.past(CONFIG_MAP, third + 1, "", "")).isNull();
        });
  }
}
