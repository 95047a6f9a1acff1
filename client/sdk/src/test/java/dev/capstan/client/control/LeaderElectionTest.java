package dev.capstan.client.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.FakeApiServer.Fault;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {

  private static final ObjectKey LEASE = new ObjectKey("kube-system", "test");
  private static final Duration TERM = Duration.ofSeconds(15);

  interface Body {
    void run(Fixture f) throws Exception;
  }

  /**
   * A candidate in a process of its own that counts in a config map every second while it leads.
   */
  private static final class Candidate {
    private final Fixture f;
    private final String name;
    private final SimulatedProcess process;
    private final LeaderElection election;
    private final Thread thread;
    private final Api api;
    private final InformerSet informers;

    Candidate(Fixture f, String name) {
      this.f = f;
      this.name = name;
      this.process = f.sim.process(name);
      Connection connection = f.server.connect(process.seam());
      this.api = Api.of(connection);
      this.informers = InformerSet.of(api).watch(ObjectType.CONFIG_MAP).build();
      informers.start();
      this.election =
          new LeaderElection(api, LEASE, name, LeaderElection.Timing.DEFAULT, List.of(informers));
      this.thread = process.seam().threads().start("election", this::run);
    }

    private void run() {
      try {
        election.run(this::lead);
      } catch (InterruptedException e) {
        f.log(name + " ended");
      }
    }

    private void lead(Leadership leadership) throws InterruptedException {
      f.log(name + " leads");
      assertThat(informers.reached(leadership.version())).isTrue();
      try {
        while (true) {
          ConfigMap map =
              informers.snapshot().find(ObjectType.CONFIG_MAP, "default", "count").orElseThrow();
          int next = Integer.parseInt(map.getDataOrThrow("n")) + 1;
          // Blind on purpose: without the fence nothing would stop a late writer.
          leadership
              .api()
              .configMaps()
              .namespace("default")
              .patch("count", "{\"data\":{\"n\":\"%d\",\"by\":\"%s\"}}".formatted(next, name));
          process.seam().clock().sleep(Duration.ofSeconds(1));
        }
      } catch (ApiException.Fenced e) {
        f.log(name + " fenced");
        throw e;
      } finally {
        f.log(name + " stops");
      }
    }
  }

  record Fixture(Simulation sim, FakeApiServer server, List<String> lines) {

    void log(String line) {
      lines.add(line);
      sim.note(line);
    }

    Candidate candidate(String name) {
      return new Candidate(this, name);
    }

    void pass(Duration time) throws InterruptedException {
      sim.seam().clock().sleep(time);
    }

    void awaitLeader(Candidate candidate) throws InterruptedException {
      sim.eventually(candidate.name + " leads", Duration.ofMinutes(1), candidate.election::leading);
    }

    String lastWriter() throws InterruptedException {
      return Api.of(server.connect(sim.seam()))
          .configMaps()
          .namespace("default")
          .get("count")
          .getDataOrThrow("by");
    }
  }

  private static void with(Body body) {
    for (long seed = 1; seed <= 5; seed++) {
      Simulation.run(
          seed,
          sim -> {
            try (FakeApiServer server = new FakeApiServer("le", sim.process("server").seam())) {
              Api.of(server.connect(sim.seam()))
                  .configMaps()
                  .create(Objects.configMap("count", "n", "0"));
              body.run(new Fixture(sim, server, new ArrayList<>()));
            }
          });
    }
  }

  @Test
  void oneOfTwoLeadsAndKeepsLeading() {
    with(f -> {
      Candidate a = f.candidate("a");
      Candidate b = f.candidate("b");
      f.pass(Duration.ofMinutes(10));
      assertThat(f.lines).hasSize(1);
      assertThat(a.election.leading()).isNotEqualTo(b.election.leading());
    });
  }

  @Test
  void afterTheLeaderIsKilledAnotherLeadsOnceTheLeaseIsOver() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      Candidate b = f.candidate("b");
      f.pass(TERM);
      Duration killed = f.sim.elapsed();
      a.process.kill();
      f.awaitLeader(b);
      assertThat(f.sim.elapsed().minus(killed))
          .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    });
  }

  @Test
  void aLeaderThatWakesUpLateCannotWriteAndStops() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      Candidate b = f.candidate("b");
      f.pass(TERM);
      a.process.pause();
      f.awaitLeader(b);
      f.pass(Duration.ofSeconds(5));
      List<String> writers = new ArrayList<>();
      InformerSet watcher =
          InformerSet.of(Api.of(f.server.connect(f.sim.seam())))
              .watch(ObjectType.CONFIG_MAP)
              .build();
      watcher.onChange(
          ObjectType.CONFIG_MAP, c -> writers.add(c.object().getDataOrDefault("by", "")));
      watcher.start();
      a.process.resume();
      f.pass(Duration.ofSeconds(20));
      assertThat(writers).isNotEmpty().containsOnly("b");
      assertThat(a.election.leading()).isFalse();
      assertThat(b.election.leading()).isTrue();
      assertThat(f.lines).contains("a stops");
      watcher.close();
    });
  }

  @Test
  void aLeaderThatIsToldToStopGivesTheLeaseUpAtOnce() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      Candidate b = f.candidate("b");
      f.pass(Duration.ofSeconds(5));
      Duration stopped = f.sim.elapsed();
      a.thread.interrupt();
      f.awaitLeader(b);
      assertThat(f.sim.elapsed().minus(stopped)).isLessThan(Duration.ofSeconds(4));
      assertThat(f.lines).startsWith("a leads", "a stops", "a ended", "b leads");
    });
  }

  @Test
  void aLeaderThatCannotRenewStopsBeforeItsLeaseIsOver() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      f.pass(TERM);
      Duration cut = f.sim.elapsed();
      f.server.stop();
      f.sim.eventually("a stops", TERM, () -> !a.election.leading());
      assertThat(f.sim.elapsed().minus(cut)).isLessThan(TERM);
      f.server.restart();
      f.awaitLeader(a);
    });
  }

  @Test
  void lostRepliesDoNotCostTheLease() {
    with(f -> {
      f.server.plan("Leases/Acquire", Fault.LOSE_REPLY);
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      for (int i = 0; i < 10; i++) {
        f.server.plan("Leases/Update", Fault.LOSE_REPLY);
        f.pass(Duration.ofSeconds(7));
      }
      assertThat(f.lines).containsExactly("a leads");
      assertThat(f.lastWriter()).isEqualTo("a");
    });
  }

  private static AcquireLeaseRequest ghost() {
    return AcquireLeaseRequest.newBuilder()
        .setNamespace(LEASE.namespace())
        .setName(LEASE.name())
        .setHolderIdentity("ghost")
        .setLeaseDurationSeconds(30)
        .build();
  }

  @Test
  void aLiveLeaderKeepsItsLeaseWhoeverAsksForIt() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      Api hostile = Api.of(f.server.connect(f.sim.seam()));
      for (int i = 0; i < 60; i++) {
        assertThatThrownBy(() -> hostile.acquire(ghost()))
            .isInstanceOf(ApiException.LeaseHeld.class)
            .hasMessageMatching(".*is held by a: free in \\d+ s unless it is renewed.*");
        f.pass(Duration.ofSeconds(1));
      }
      assertThat(f.lines).containsExactly("a leads");
    });
  }

  /** As after somebody with every right deleted its lease and took it. */
  @Test
  void aLeaderThatLostItsLeaseToNobodyAliveLeadsAgainOnceThatIsOver() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      f.pass(TERM);
      Api hostile = Api.of(f.server.connect(f.sim.seam()));
      hostile.leases().namespace(LEASE.namespace()).delete(LEASE.name());
      hostile.acquire(ghost());
      f.sim.eventually("a stops", TERM, () -> !a.election.leading());
      Duration lost = f.sim.elapsed();
      f.awaitLeader(a);
      assertThat(f.sim.elapsed().minus(lost))
          .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(35));
      assertThat(f.lines)
          .filteredOn(line -> !line.endsWith("fenced"))
          .startsWith("a leads", "a stops", "a leads");
    });
  }

  @Test
  void aWatchThatLagsDoesNotLetANewLeaderDecideOnOldState() {
    with(f -> {
      Candidate a = f.candidate("a");
      f.awaitLeader(a);
      Candidate b = f.candidate("b");
      f.pass(TERM);
      f.server.silenceWatches();
      a.process.kill();
      // b's cache is stuck before the acquisition until it leaves the silent server: it must not
      // lead by then.
      f.pass(Duration.ofSeconds(25));
      assertThat(b.election.leading()).isFalse();
      f.awaitLeader(b);
    });
  }
}
