package dev.capstan.client.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Index;
import dev.capstan.client.cache.Indexes;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.FakeApiServer.Fault;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The reconciler of most of these tests makes as many pods as a config map asks for, with names
 * that a repeat does not know: whoever decides on a snapshot without its own last write makes too
 * many.
 */
class ControllerRunnerTest {

  private static final Index<Pod> BY_OWNER = Indexes.byController(ObjectType.POD);

  record Fixture(
      Simulation sim,
      FakeApiServer server,
      Api api,
      InformerSet informers,
      List<Outcome> outcomes,
      List<WorkQueue<ObjectKey>> queues) {

    Thread run(Reconciler<ObjectKey> reconciler) {
      return run(reconciler, api);
    }

    Thread run(Reconciler<ObjectKey> reconciler, Api writes) {
      ControllerRunner<ObjectKey> runner =
          ControllerRunner.of("test", informers, writes, reconciler)
              .on(ObjectType.CONFIG_MAP, change -> List.of(change.key()))
              .on(
                  ObjectType.POD,
                  change ->
                      change.object().getMetadata().getOwnerReferencesList().stream()
                          .map(o -> new ObjectKey("default", o.getName()))
                          .toList())
              .listener((name, outcome, took) -> outcomes.add(outcome))
              .workers(3)
              .build();
      return run(runner);
    }

    Thread run(ControllerRunner<ObjectKey> runner) {
      queues.add(runner.queue());
      return sim.seam()
          .threads()
          .start(
              "runner",
              () -> {
                try {
                  runner.run();
                } catch (InterruptedException e) {
                  sim.note("runner ended");
                } catch (ApiException.Fenced e) {
                  outcomes.add(Outcome.giveUp(e));
                }
              });
    }

    void want(String name, int pods) throws InterruptedException {
      api.configMaps().create(Objects.configMap(name, "pods", String.valueOf(pods)));
    }

    int pods() throws InterruptedException {
      return api.pods().list().items().size();
    }

    void settle() throws InterruptedException {
      sim.seam().clock().sleep(Duration.ofSeconds(30));
    }
  }

  interface Body {
    void run(Fixture f) throws Exception;
  }

  private static void with(Body body) {
    for (long seed = 1; seed <= 10; seed++) {
      Simulation.run(
          seed,
          sim -> {
            try (FakeApiServer server = new FakeApiServer("run", sim.process("server").seam());
                Connection connection = server.connect(sim.process("client").seam())) {
              Api api = Api.of(connection);
              InformerSet informers =
                  InformerSet.of(api)
                      .watch(ObjectType.POD)
                      .watch(ObjectType.CONFIG_MAP)
                      .index(BY_OWNER)
                      .build();
              informers.start();
              body.run(
                  new Fixture(sim, server, api, informers, new ArrayList<>(), new ArrayList<>()));
              informers.close();
            }
          });
    }
  }

  /** One pod at a time, so that each decision depends on the write before it. */
  private static Outcome makePods(Simulation sim, ObjectKey key, Snapshot world, Api api)
      throws InterruptedException {
    ConfigMap map = world.find(ObjectType.CONFIG_MAP, key).orElse(null);
    if (map == null) {
      return Outcome.DONE;
    }
    String uid = map.getMetadata().getUid();
    int wanted = Integer.parseInt(map.getDataOrThrow("pods"));
    if (world.by(BY_OWNER, uid).size() < wanted) {
      api.pods().create(Objects.owned(sim.seam().newUid(), "ConfigMap", key.name(), uid));
    }
    return Outcome.DONE;
  }

  /** As {@link #makePods}, with a change that wants the key again while it is still worked on. */
  private static Outcome makePodsAmidChanges(Fixture f, ObjectKey key, Snapshot world, Api api)
      throws InterruptedException {
    long made = f.server.calls().stream().filter("Pods/Create"::equals).count();
    try {
      return makePods(f.sim, key, world, api);
    } finally {
      if (f.server.calls().stream().filter("Pods/Create"::equals).count() > made) {
        f.queues.getFirst().add(key);
      }
    }
  }

  @Test
  void changesWithinAPauseAreLookedAtOnceAndTheLastIsSeen() {
    with(f -> {
      List<String> seen = new ArrayList<>();
      ControllerRunner<ObjectKey> runner =
          ControllerRunner.<ObjectKey>of(
                  "test",
                  f.informers,
                  f.api,
                  (key, world, api) -> {
                    seen.add(
                        world.find(ObjectType.CONFIG_MAP, key).orElseThrow().getDataOrThrow("n"));
                    return Outcome.DONE;
                  })
              .on(
                  ObjectType.CONFIG_MAP,
                  change -> List.of(change.key()),
                  (change, key) -> Duration.ofSeconds(10))
              .build();
      f.run(runner);
      f.settle();
      f.api.configMaps().create(Objects.configMap("a", "n", "0"));
      for (int i = 1; i <= 20; i++) {
        f.api.configMaps().namespace("default").patch("a", "{\"data\":{\"n\":\"" + i + "\"}}");
      }
      f.settle();
      assertThat(seen).containsExactly("20");
    });
  }

  @Test
  void aKeyIsDecidedOnOnlyAfterTheCachesShowItsOwnWrites() {
    with(f -> {
      Thread runner = f.run((key, world, api) -> makePodsAmidChanges(f, key, world, api));
      f.want("a", 20);
      f.want("b", 7);
      for (int i = 0; i < 20; i++) { // The caches lag behind.
        f.server.breakWatches();
        f.sim.seam().clock().sleep(Duration.ofMillis(200));
      }
      f.settle();
      assertThat(f.pods()).isEqualTo(27);
      runner.interrupt();
      runner.join();
    });
  }

  @Test
  void afterAnUnknownOutcomeAKeyWaitsForAConsistentView() {
    with(f -> {
      f.server.plan("Pods/Create", Fault.LOSE_REPLY);
      f.server.plan("Pods/Create", Fault.REFUSE);
      f.server.plan("Resources/Revision", Fault.REFUSE);
      boolean[] silenced = new boolean[1];
      f.run((key, world, api) -> {
        if (!silenced[0]) { // The caches do not see what becomes of the first write.
          silenced[0] = true;
          f.server.silenceWatches();
        }
        return makePodsAmidChanges(f, key, world, api);
      });
      f.want("a", 1);
      f.sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(f.pods()).isEqualTo(1);
    });
  }

  @Test
  void aKeyComesAgainWhenItsCacheIsBehindAWatchThatBroke() {
    with(f -> {
      f.run((key, world, api) -> makePods(f.sim, key, world, api));
      f.want("a", 10);
      for (int i = 0; i < 10; i++) {
        f.sim.seam().clock().sleep(Duration.ofMillis(50));
        f.server.breakWatches();
      }
      f.settle();
      assertThat(f.pods()).isEqualTo(10);
    });
  }

  @Test
  void aConflictWaitsForTheVersionThatWonAndIsThenDecidedAnew() {
    with(f -> {
      List<String> seen = new ArrayList<>();
      f.run((key, world, api) -> {
        ConfigMap map = world.find(ObjectType.CONFIG_MAP, key).orElseThrow();
        if (!map.containsData("done")) {
          seen.add(map.getDataOrThrow("pods"));
          if (seen.size() == 1) { // Somebody else is faster, and the caches are slow to see it.
            f.server.silenceWatches();
            f.api.configMaps().update(map.toBuilder().putData("pods", "other").build());
          }
          api.configMaps().update(map.toBuilder().putData("done", "yes").build());
        }
        return Outcome.DONE;
      });
      f.want("a", 0);
      f.sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(seen).containsExactly("0", "other");
      assertThat(f.outcomes.getFirst()).isInstanceOf(Outcome.Retry.class);
    });
  }

  @Test
  void aConflictWithWhatTheCachesShowByNowIsNoFailure() {
    with(f -> {
      List<Duration> turns = new ArrayList<>();
      f.run((key, world, api) -> {
        ConfigMap map = world.find(ObjectType.CONFIG_MAP, key).orElseThrow();
        turns.add(f.sim.elapsed());
        if (turns.size() <= 10) { // Somebody else is faster, and the caches see it at once.
          f.api
              .configMaps()
              .update(map.toBuilder().putData("pods", String.valueOf(turns.size())).build());
          f.sim.seam().clock().sleep(Duration.ofMillis(20));
          api.configMaps().update(map.toBuilder().putData("done", "yes").build());
        }
        return Outcome.DONE;
      });
      f.want("a", 0);
      f.sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(turns).hasSizeGreaterThanOrEqualTo(11);
      // Ten failures would have backed off for seconds.
      assertThat(turns.get(10).minus(turns.getFirst())).isLessThan(Duration.ofSeconds(1));
    });
  }

  @Test
  void afterComesBackAfterItsDelayAndGiveUpDoesNot() {
    with(f -> {
      List<String> runs = new ArrayList<>();
      f.run((key, world, api) -> {
        runs.add(key.name() + f.sim.elapsed().toSeconds());
        return key.name().equals("t")
            ? Outcome.after(Duration.ofSeconds(20))
            : Outcome.giveUp(new IllegalStateException("hopeless"));
      });
      f.want("t", 0);
      f.want("g", 0);
      f.sim.seam().clock().sleep(Duration.ofSeconds(50));
      assertThat(runs).containsExactlyInAnyOrder("t0", "g0", "t20", "t40");
    });
  }

  @Test
  void aDefectIsRetriedWithABackoffAndDoesNotStopOthers() {
    with(f -> {
      int[] attempts = new int[1];
      f.run((key, world, api) -> {
        if (key.name().equals("bad")) {
          attempts[0]++;
          throw new IllegalStateException("defect");
        }
        return makePods(f.sim, key, world, api);
      });
      f.want("bad", 1);
      f.want("good", 3);
      f.sim.seam().clock().sleep(Duration.ofMinutes(5));
      assertThat(f.pods()).isEqualTo(3);
      assertThat(attempts[0]).isBetween(10, 25);
    });
  }

  @Test
  void aFencedWriteEndsTheRunner() {
    with(f -> {
      Fence old = Fence.newBuilder().setNamespace("n").setName("l").setEpoch("7").build();
      Thread runner =
          f.run((key, world, api) -> makePods(f.sim, key, world, api), f.api.fenced(old));
      f.want("a", 1);
      runner.join();
      assertThat(f.outcomes).hasSize(1);
      assertThat(f.outcomes.getFirst()).isInstanceOf(Outcome.GiveUp.class);
    });
  }

  @Test
  void reconcilesHaveAnId() {
    with(f -> {
      List<String> ids = new ArrayList<>();
      f.run((key, world, api) -> {
        ids.add(ReconcileId.current());
        return Outcome.DONE;
      });
      f.want("a", 0);
      f.settle();
      assertThat(ids).containsExactly("test#1");
      assertThat(ReconcileId.current()).isEqualTo("-");
    });
  }

  @Test
  void theLogLinesOfAReconcileCarryItsId() {
    with(f -> {
      try (LogLines lines = LogLines.of("reconciles")) {
        f.run((key, world, api) -> {
          LoggerFactory.getLogger("reconciles").info("{}", key.name());
          return Outcome.DONE;
        });
        f.want("a", 0);
        f.settle();
        f.want("b", 0);
        f.settle();
        LoggerFactory.getLogger("reconciles").info("outside");
        assertThat(lines.withContext("reconcile"))
            .containsExactly("test#1 a", "test#2 b", "null outside");
      }
    });
  }

  @Test
  void decideAndApplyMakeAReconciler() {
    with(f -> {
      Reconciler<ObjectKey> reconciler =
          Reconciler.of(
              (key, world, now) ->
                  world.count(ObjectType.POD) == 0
                      ? Reconciler.Decision.of(List.of("x", "y"))
                      : Reconciler.Decision.nothing(),
              (List<String> actions, Api api) -> {
                for (String name : actions) {
                  api.pods().create(Objects.pod(name, "web", ""));
                }
              },
              f.sim.seam().clock());
      f.run(reconciler);
      f.want("a", 0);
      f.settle();
      assertThat(f.pods()).isEqualTo(2);
    });
  }

  @Test
  void noWorkerOutlivesItsRunner() {
    with(f -> {
      List<String> ended = new ArrayList<>();
      Thread runner =
          f.run((key, world, api) -> {
            try {
              f.sim.seam().clock().sleep(Duration.ofHours(1));
            } finally {
              ended.add(key.name());
            }
            return Outcome.DONE;
          });
      f.want("a", 0);
      f.want("b", 0);
      f.settle();
      assertThat(ended).isEmpty();
      runner.interrupt();
      runner.join();
      assertThat(ended).containsExactlyInAnyOrder("a", "b");
    });
  }

  @Test
  void anUnwatchedKindIsARefusal() {
    with(f ->
        assertThatThrownBy(() -> f.informers.snapshot().list(ObjectType.NODE))
            .isInstanceOf(IllegalArgumentException.class));
  }
}
