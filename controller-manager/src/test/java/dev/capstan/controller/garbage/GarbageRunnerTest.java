package dev.capstan.controller.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.Api;
import dev.capstan.client.Batch;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.control.ControllerRunner;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.FakeApiServer.Fault;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The collector in its runner, against a server: what it costs in calls, and lost answers. */
class GarbageRunnerTest {

  private static final ObjectType<ConfigMap> TYPE = ObjectType.CONFIG_MAP;

  /** What goes wrong before the owner is deleted. */
  private interface Mishap {
    void plan(FakeApiServer server);
  }

  private record Calls(long reads, long writes, long revisions, int left) {}

  /** Deletes an owner of so many and waits until the collector has nothing more to do. */
  private static Calls collect(Simulation sim, int dependents, Mishap fault)
      throws InterruptedException {
    try (FakeApiServer server = new FakeApiServer("garbage", sim.process("server").seam());
        Connection connection = server.connect(sim.process("client").seam())) {
      Api api = Api.of(connection);
      KindRegistry kinds = KindRegistry.builtin();
      GarbageGraph graph = new GarbageGraph(kinds, List.of(TYPE));
      InformerSet.Builder builder = InformerSet.of(api).watch(TYPE);
      graph.addTo(builder);
      try (InformerSet informers = builder.build()) {
        informers.start();
        Thread runner = run(sim, new GarbageController(graph, kinds), informers, api);
        make(api, dependents);
        sim.seam().clock().sleep(Duration.ofSeconds(5));
        Calls before = calls(server);
        fault.plan(server);
        api.configMaps().namespace("default").delete("owner");
        sim.seam().clock().sleep(Duration.ofMinutes(1));
        Calls after = calls(server);
        runner.interrupt();
        runner.join();
        return new Calls(
            after.reads() - before.reads(),
            after.writes() - before.writes(),
            after.revisions() - before.revisions(),
            after.left());
      }
    }
  }

  private static Thread run(
      Simulation sim, GarbageController collector, InformerSet informers, Api api) {
    ControllerRunner<GarbageKey> runner =
        ControllerRunner.of("garbage", informers, api, collector)
            .on(TYPE, change -> collector.keys(informers, TYPE, change))
            .workers(3)
            .build();
    return sim.seam()
        .threads()
        .start(
            "runner",
            () -> {
              try {
                runner.run();
              } catch (InterruptedException e) {
                sim.note("runner ended");
              }
            });
  }

  private static void make(Api api, int dependents) throws InterruptedException {
    ConfigMap owner = api.configMaps().create(Objects.configMap("owner", "a", "b"));
    OwnerReference reference =
        OwnerReference.newBuilder()
            .setApiVersion("v1")
            .setKind("ConfigMap")
            .setName("owner")
            .setUid(owner.getMetadata().getUid())
            .build();
    Batch batch = api.batch();
    for (int i = 0; i < dependents; i++) {
      ConfigMap.Builder child = Objects.configMap("child-" + i, "a", "b").toBuilder();
      child.getMetadataBuilder().addOwnerReferences(reference);
      batch.create(TYPE, child.build());
    }
    batch.send();
  }

  private static Calls calls(FakeApiServer server) {
    List<String> calls = server.calls();
    return new Calls(
        calls.stream().filter("ConfigMaps/Get"::equals).count(),
        calls.stream().filter("Resources/Write"::equals).count(),
        calls.stream().filter("Resources/Revision"::equals).count(),
        server.count(TYPE.kind()));
  }

  private static void with(int dependents, Mishap fault, Calls expected) {
    for (long seed = 1; seed <= 5; seed++) {
      Simulation.run(seed, sim -> assertThat(collect(sim, dependents, fault)).isEqualTo(expected));
    }
  }

  @Test
  void aLargeWorkloadCostsACallForEachPortion() {
    int dependents = 2 * GarbageApply.PORTION + 1;
    with(dependents, server -> {}, new Calls(3, 3, 0, 0));
  }

  @Test
  void anUnknownOutcomeIsFoundOutBeforeTheOwnerIsLookedAtAgain() {
    with(20, server -> server.plan("Resources/Write", Fault.LOSE_REPLY), new Calls(1, 1, 1, 0));
  }

  @Test
  void aCallThatWasRefusedIsMadeAgain() {
    with(20, server -> server.plan("Resources/Write", Fault.REFUSE), new Calls(2, 2, 1, 0));
  }
}
