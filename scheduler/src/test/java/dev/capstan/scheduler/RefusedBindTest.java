package dev.capstan.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capstan.api.v1.Event;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.scheduler.core.Fixtures;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bindings and reasons that the server refuses for ever. */
class RefusedBindTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  private static void scheduling(Body body) {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("binds", sim.process("server").seam());
              Connection connection = server.connect(sim.process("user").seam());
              Connection own = server.connect(sim.process("scheduler").seam());
              Scheduler scheduler =
                  new Scheduler(
                      own, "one", LeaderElection.Timing.DEFAULT, new PrometheusRegistry())) {
            Api api = Api.of(connection);
            api.nodes().create(Fixtures.node("a", "8", "8Gi", 110));
            scheduler.start();
            sim.seam().clock().sleep(Duration.ofSeconds(5));
            body.run(sim, server, api);
          }
        });
  }

  @Test
  void aRefusedBindingIsTriedLessAndLessAndAnEventSaysWhy() {
    scheduling((sim, server, api) -> {
      server.refuse("Pod/Bind", Status.DATA_LOSS.withDescription("pods/default/p cannot be read"));
      api.pods().create(Fixtures.pod("p", "1", "1Gi"));
      long before = server.writes();
      sim.seam().clock().sleep(LONG);
      assertThat(server.refused()).isBetween(3L, 80L);
      assertThat(server.writes() - before).as("all writes").isLessThan(100);
      assertThat(api.events().list().items())
          .extracting(Event::getReason, Event::getMessage)
          .contains(tuple("FailedScheduling", "binding rejected: pods/default/p cannot be read"));
    });
  }

  @Test
  void whatTheServerFailsOnHoldsUpNoOthers() {
    scheduling((sim, server, api) -> {
      server.refuse("Pod/Bind", Status.INTERNAL.withDescription("a defect"));
      for (int i = 0; i < 6; i++) {
        api.pods().create(Fixtures.pod("p" + i, "1", "1Gi"));
        sim.seam().clock().sleep(Duration.ofSeconds(1));
      }
      long each = server.refused() / 6;
      assertThat(each).isBetween(1L, 10L);
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofSeconds(10));
      assertThat(api.pods().list().items())
          .allMatch(pod -> pod.getSpec().getNodeName().equals("a"));
    });
  }

  @Test
  void aReasonThatIsRefusedIsGivenUp() {
    scheduling((sim, server, api) -> {
      server.refuse("Pod/UpdateStatus", Status.INVALID_ARGUMENT.withDescription("no"));
      api.pods().create(Fixtures.pod("p", "100", "1Gi"));
      long before = server.writes();
      sim.seam().clock().sleep(LONG);
      assertThat(server.refused()).isBetween(1L, 60L);
      assertThat(server.writes() - before).as("all writes").isLessThan(100);
    });
  }
}
