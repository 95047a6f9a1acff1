package dev.capstan.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InformerSetTest {

  private static final Index<Pod> BY_NODE = Indexes.podsByNode();
  private static final Index<Pod> BY_APP = Indexes.byLabel(ObjectType.POD, "app");
  private static final Index<Pod> BY_OWNER = Indexes.byController(ObjectType.POD);

  private record Pods(int count) implements Sum<Pods> {
    @Override
    public Pods plus(Pods other) {
      return new Pods(count + other.count);
    }

    @Override
    public Pods minus(Pods other) {
      return new Pods(count - other.count);
    }
  }

  private static final Tally<Pod, Pods> PODS_OF_APP =
      new Tally<>(BY_APP, "pods", new Pods(0), pod -> new Pods(1));

  /**
   * What is tested: informers on pods and config maps, not yet started, and the same server's API.
   */
  interface Body {
    void run(Fixture f) throws Exception;
  }

  record Fixture(Simulation sim, FakeApiServer server, Api api, InformerSet informers) {

    Resource<Pod> pods() {
      return api.pods().namespace("default");
    }

    Resource<ConfigMap> maps() {
      return api.configMaps().namespace("default");
    }

    List<String> podNames() {
      return informers.snapshot().list(ObjectType.POD).stream()
          .map(p -> p.getMetadata().getName())
          .toList();
    }

    /** Changes of pods in words. */
    List<String> record() {
      List<String> changes = new ArrayList<>();
      informers.onChange(
          ObjectType.POD,
          c -> {
            // The cache has it before it is told.
            String uid = c.object().getMetadata().getUid();
            boolean there =
                informers.snapshot().find(ObjectType.POD, c.key()).stream()
                    .anyMatch(pod -> pod.getMetadata().getUid().equals(uid));
            assertThat(there).isEqualTo(!c.gone());
            changes.add((c.before() == null ? "+" : c.gone() ? "-" : "~") + c.key().name());
          });
      return changes;
    }

    void settle() throws InterruptedException {
      sim.seam().clock().sleep(Duration.ofSeconds(10));
    }
  }

  private static void with(Body body) {
    for (long seed = 1; seed <= 5; seed++) {
      Simulation.run(
          seed,
          sim -> {
            try (FakeApiServer server = new FakeApiServer("inf", sim.process("server").seam());
                Connection connection = server.connect(sim.process("client").seam())) {
              Api api = Api.of(connection);
              InformerSet informers =
                  InformerSet.of(api)
                      .watch(ObjectType.POD)
                      .watch(ObjectType.CONFIG_MAP)
                      .index(BY_NODE)
                      .index(BY_APP)
                      .index(BY_OWNER)
                      .tally(PODS_OF_APP)
                      .build();
              body.run(new Fixture(sim, server, api, informers));
              informers.close();
            }
          });
    }
  }

  @Test
  void whatIsThereAndWhatComesIsSeen() {
    with(f -> {
      for (int i = 0; i < 8; i++) {
        f.pods().create(Objects.pod("p" + i, "web", "n" + i % 2));
      }
      List<String> changes = f.record();
      assertThat(f.informers().healthy()).isFalse();
      f.informers().start();
      f.informers().awaitSynced();
      assertThat(f.podNames()).hasSize(8);
      assertThat(changes)
          .containsExactlyInAnyOrder("+p0", "+p1", "+p2", "+p3", "+p4", "+p5", "+p6", "+p7");
      changes.clear();
      f.pods().patch("p3", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
      f.pods().create(Objects.pod("q", "web", ""));
      f.pods().delete("q");
      f.settle();
      assertThat(changes).containsExactly("~p3", "+q", "-q");
      assertThat(f.informers().healthy()).isTrue();
    });
  }

  @Test
  void indexesAndTalliesFollowTheObjects() {
    with(f -> {
      f.informers().start();
      f.pods().create(Objects.pod("a", "web", "n1"));
      f.pods().create(Objects.pod("b", "web", "n2"));
      f.pods().create(Objects.owned("c", "ReplicaSet", "rs", "uid-1"));
      f.informers().awaitVersion(f.api().revision());
      Snapshot before = f.informers().snapshot();
      assertThat(before.by(BY_NODE, "n1")).hasSize(1);
      assertThat(before.by(BY_APP, "web")).hasSize(2);
      assertThat(before.by(BY_OWNER, "uid-1")).hasSize(1);
      assertThat(before.list(ObjectType.POD, "default")).hasSize(3);
      assertThat(before.list(ObjectType.POD, "other")).isEmpty();
      f.pods().patch("a", "{\"metadata\":{\"labels\":{\"app\":\"db\"}}}");
      f.informers().awaitVersion(f.api().revision());
      Snapshot after = f.informers().snapshot();
      assertThat(after.by(BY_APP, "web")).hasSize(1);
      assertThat(after.by(BY_APP, "db")).hasSize(1);
      assertThat(before.by(BY_APP, "web")).as("snapshots do not change").hasSize(2);
      assertThat(after.tally(PODS_OF_APP, "db")).isEqualTo(new Pods(1));
      assertThat(before.tally(PODS_OF_APP, "web")).isEqualTo(new Pods(2));
    });
  }

  @Test
  void aSnapshotIsOneRevisionAcrossKinds() {
    with(f -> {
      f.informers().start();
      f.informers().awaitSynced();
      // The pod is always written first, so a snapshot with the map but without the pod was never
      // true.
      List<String> torn = new ArrayList<>();
      f.informers()
          .onVersion(version -> {
            Snapshot s = f.informers().snapshot();
            if (s.count(ObjectType.CONFIG_MAP) > s.count(ObjectType.POD)) {
              torn.add(s.version());
            }
          });
      for (int i = 0; i < 20; i++) {
        f.pods().create(Objects.pod("p" + i, "web", ""));
        f.maps().create(Objects.configMap("m" + i, "k", "v"));
      }
      f.informers().awaitVersion(f.api().revision());
      assertThat(torn).isEmpty();
      assertThat(f.informers().snapshot().count(ObjectType.CONFIG_MAP)).isEqualTo(20);
    });
  }

  @Test
  void aBrokenWatchIsResumedWithoutListing() {
    with(f -> {
      List<String> changes = f.record();
      f.informers().start();
      f.pods().create(Objects.pod("a", "web", ""));
      f.settle();
      f.server().breakWatches();
      f.pods().create(Objects.pod("b", "web", ""));
      f.pods().delete("a");
      f.settle();
      assertThat(changes).containsExactly("+a", "+b", "-a");
      assertThat(f.informers().relists()).isZero();
    });
  }

  @Test
  void theServerMayBeAwayForAWhile() {
    with(f -> {
      f.server().stop();
      f.informers().start();
      f.settle();
      assertThat(f.informers().synced()).isFalse();
      f.server().restart();
      f.pods().create(Objects.pod("a", "web", ""));
      f.informers().awaitVersion(f.api().revision());
      f.server().stop();
      f.sim().seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(f.informers().healthy()).as("stale").isFalse();
      assertThat(f.podNames()).as("what was seen remains").containsExactly("a");
      f.server().restart();
      f.pods().create(Objects.pod("b", "web", ""));
      f.settle();
      assertThat(f.informers().healthy()).isTrue();
      assertThat(f.podNames()).containsExactly("a", "b");
    });
  }

  @Test
  void afterCompactionEverythingIsListedAndVanishedKeysAreTold() {
    with(f -> {
      List<String> changes = f.record();
      f.informers().start();
      f.pods().create(Objects.pod("stays", "web", ""));
      f.pods().create(Objects.pod("goes", "web", ""));
      f.pods().create(Objects.pod("changes", "web", ""));
      f.settle();
      changes.clear();
      f.server().stop();
      f.settle();
      f.server().restart();
      f.pods().delete("goes");
      f.pods().patch("changes", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
      f.pods().create(Objects.pod("new", "web", ""));
      f.server().compact();
      f.settle();
      assertThat(f.informers().relists()).isEqualTo(1);
      assertThat(changes).containsExactlyInAnyOrder("-goes", "~changes", "+new");
      assertThat(f.podNames()).containsExactly("changes", "new", "stays");
    });
  }

  @Test
  void anObjectReplacedWhileNobodyLookedVanishesAndAnotherAppears() {
    with(f -> {
      List<String> changes = f.record();
      f.informers().start();
      f.pods().create(Objects.pod("a", "web", ""));
      f.settle();
      changes.clear();
      f.server().stop();
      f.settle();
      f.server().restart();
      f.pods().delete("a");
      f.pods().create(Objects.pod("a", "web", ""));
      f.server().compact();
      f.settle();
      assertThat(f.informers().relists()).isEqualTo(1);
      assertThat(changes).containsExactly("-a", "+a");
    });
  }

  @Test
  void aStoreThatWentBackIsListedAndNobodyWaitsForEver() {
    with(f -> {
      f.informers().start();
      for (int i = 0; i < 9; i++) {
        f.pods().create(Objects.pod("p" + i, "web", ""));
      }
      String version = f.api().revision();
      f.informers().awaitVersion(version);
      f.server().stop();
      f.server().goBack(3);
      f.server().restart();
      String never = dev.capstan.api.ResourceVersions.whole(1000);
      f.informers().awaitVersion(never);
      assertThat(f.informers().relists()).isEqualTo(1);
    });
  }

  @Test
  void aSilentServerIsLeft() {
    with(f -> {
      f.informers().start();
      f.informers().awaitSynced();
      f.server().silenceWatches();
      f.pods().create(Objects.pod("a", "web", ""));
      f.sim().seam().clock().sleep(Duration.ofSeconds(50));
      assertThat(f.podNames()).containsExactly("a");
    });
  }

  @Test
  void aVersionThatNoWatchedObjectHasIsReachedByABookmark() {
    with(f -> {
      f.informers().start();
      f.informers().awaitSynced();
      f.api()
          .secrets()
          .create(
              dev.capstan.api.v1.Secret.newBuilder()
                  .setMetadata(Objects.pod("s", "x", "").getMetadata())
                  .build());
      String version = f.api().revision();
      assertThat(f.informers().reached(version)).isFalse();
      f.informers().awaitVersion(version);
      assertThat(f.sim().elapsed()).isLessThan(Duration.ofSeconds(1));
    });
  }

  @Test
  void aHandlerThatComesLateHearsOfWhatIsThere() {
    with(f -> {
      f.informers().start();
      f.pods().create(Objects.pod("a", "web", ""));
      f.settle();
      assertThat(f.record()).containsExactly("+a");
    });
  }

  @Test
  void aHandlerThatThrowsHurtsNobodyElse() {
    with(f -> {
      f.informers()
          .onChange(
              ObjectType.POD,
              c -> {
                throw new IllegalStateException("defect");
              });
      List<String> changes = f.record();
      f.informers().start();
      f.settle();
      f.pods().create(Objects.pod("a", "web", ""));
      f.settle();
      assertThat(changes).containsExactly("+a");
    });
  }

  @Test
  void anObjectThatLeavesTheSelectionIsGone() {
    with(f -> {
      InformerSet some =
          InformerSet.of(f.api())
              .watch(ObjectType.POD, "default", ListOptions.fields("spec.nodeName=n1"))
              .build();
      some.start();
      Pod pod = f.pods().create(Objects.pod("a", "web", "n1"));
      some.awaitVersion(f.api().revision());
      assertThat(some.snapshot().count(ObjectType.POD)).isEqualTo(1);
      Pod.Builder moved = pod.toBuilder();
      moved.getSpecBuilder().setNodeName("n2");
      f.pods().update(moved.build());
      some.awaitVersion(f.api().revision());
      assertThat(some.snapshot().count(ObjectType.POD)).isZero();
      some.close();
    });
  }
}
