package dev.capstan.apiserver.cache;

import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.pod;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is not concerned does no work. */
class IndexIsolationTest {

  private static final class Counter implements Subscriber {
    final List<Long> offered = new ArrayList<>();

    Counter(ReadHarness api, Interest interest) {
      api.server.cache().subscribe(this, List.of(interest), api.revision());
    }

    @Override
    public void offer(long revision) {
      offered.add(revision);
    }

    @Override
    public void expire() {}
  }

  @Test
  void aPodOfOneNodeIsNoWorkForWatchersOfAnother() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          var a = new Counter(api, new Interest("Pod", Interest.Scope.NODE, "a"));
          var b = new Counter(api, new Interest("Pod", Interest.Scope.NODE, "b"));
          var all = new Counter(api, new Interest("Pod", Interest.Scope.ALL, ""));
          long unbound = api.write(pod("p", ""));
          long bound = api.write(pod("p", "a"));
          long other = api.write(pod("q", "b"));
          long deleted = api.commit(List.of(ReadHarness.delete(pod("p", ""))));
          api.write(map("m", "1"));
          api.settle();
          assertThat(a.offered).containsExactly(bound, deleted);
          assertThat(b.offered).containsExactly(other);
          assertThat(all.offered).containsExactly(unbound, bound, other, deleted);
        });
  }

  @Test
  void anObjectOfOneNamespaceIsNoWorkForWatchersOfAnother() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          var here =
              new Counter(api, new Interest("ConfigMap", Interest.Scope.NAMESPACE, "default"));
          var there =
              new Counter(api, new Interest("ConfigMap", Interest.Scope.NAMESPACE, "other"));
          var one = new Counter(api, new Interest("ConfigMap", Interest.Scope.OBJECT, "default/a"));
          long a = api.write(map("a", "1"));
          long b = api.write(map("b", "1"));
          api.settle();
          assertThat(here.offered).containsExactly(a, b);
          assertThat(there.offered).isEmpty();
          assertThat(one.offered).containsExactly(a);
        });
  }

  @Test
  void aRevisionOfManyEventsIsOfferedOnce() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          var all = new Counter(api, new Interest("Pod", Interest.Scope.ALL, ""));
          var node = new Counter(api, new Interest("Pod", Interest.Scope.NODE, "a"));
          long group = api.write(pod("p", "a"), pod("q", "b"), pod("r", "a"));
          api.settle();
          assertThat(all.offered).containsExactly(group);
          assertThat(node.offered).containsExactly(group);
        });
  }

  @Test
  void aKubeletsWatchUsesTheIndexOfItsNode() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          FakeStream kubelet = api.watch(api.server, "", selector("Pod", "", "spec.nodeName=b"));
          api.settle();
          long steps = sim.trace().steps();
          api.write(pod("warm", "a"));
          api.settle();
          long alone = sim.trace().steps() - steps;
          for (int i = 0; i < 200; i++) {
            api.watch(api.server, "", selector("Pod", "", "spec.nodeName=b"));
          }
          api.settle();
          steps = sim.trace().steps();
          api.write(pod("p", "a"));
          api.settle();
          // Not one thread more runs than with a single watcher.
          assertThat(sim.trace().steps() - steps).isEqualTo(alone);
          api.write(pod("q", "b"));
          api.settle();
          assertThat(kubelet.events()).hasSize(1);
        });
  }
}
