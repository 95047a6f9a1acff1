package dev.capstan.client.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectType;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

  private static final Pod POD = Objects.pod("p", "web", "");

  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api, EventRecorder events) throws Exception;
  }

  private static void with(Body body) {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("ev", sim.process("server").seam());
              Connection connection = server.connect(sim.seam())) {
            Api api = Api.of(connection);
            body.run(sim, server, api, new EventRecorder(api, "tester", "n1"));
          }
        });
  }

  @Test
  void anEventSaysWhatHappenedToWhat() {
    with((sim, server, api, events) -> {
      events.warning(ObjectType.POD, POD, "Failed", "no such image");
      events.close();
      Event event = api.events().list().items().getFirst();
      assertThat(event.getInvolvedObject().getKind()).isEqualTo("Pod");
      assertThat(event.getInvolvedObject().getName()).isEqualTo("p");
      assertThat(event.getMetadata().getNamespace()).isEqualTo("default");
      assertThat(event.getType()).isEqualTo("Warning");
      assertThat(event.getReason()).isEqualTo("Failed");
      assertThat(event.getMessage()).isEqualTo("no such image");
      assertThat(event.getSource().getComponent()).isEqualTo("tester");
      assertThat(event.getSource().getHost()).isEqualTo("n1");
      assertThat(event.getCount()).isEqualTo(1);
    });
  }

  @Test
  void anEventThatIsRefusedIsAskedForOnceAndCounted() {
    with((sim, server, api, events) -> {
      server.refuse("Event/Create", Status.INVALID_ARGUMENT.withDescription("too long"));
      events.warning(ObjectType.POD, POD, "Failed", "no such image");
      sim.seam().clock().sleep(Duration.ofMinutes(10));
      assertThat(server.refused()).isEqualTo(1);
      assertThat(events.dropped()).isEqualTo(1);
      events.close();
    });
  }

  @Test
  void anEventOfAClusterScopedObjectIsInTheDefaultNamespace() {
    with((sim, server, api, events) -> {
      Node node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("n1")).build();
      events.normal(ObjectType.NODE, node, "Ready", "is ready");
      events.close();
      assertThat(api.events().list().items().getFirst().getMetadata().getNamespace())
          .isEqualTo("default");
    });
  }

  @Test
  void aBurstOfEqualEventsIsSentAsOne() {
    with((sim, server, api, events) -> {
      for (int i = 0; i < 50; i++) {
        events.normal(ObjectType.POD, POD, "Pulled", "pulled");
        events.normal(ObjectType.POD, POD, "Started", "started " + i % 2);
      }
      events.close();
      List<Event> sent = api.events().list().items();
      assertThat(sent).extracting(Event::getCount).containsExactlyInAnyOrder(50, 25, 25);
      assertThat(server.calls().stream().filter("Resources/Write"::equals)).hasSize(1);
    });
  }

  @Test
  void recordingNeverWaitsAndWhatDoesNotFitIsDroppedAndCounted() {
    with((sim, server, api, events) -> {
      server.stop();
      for (int i = 0; i < 5500; i++) {
        events.normal(ObjectType.POD, POD, "Noise", "number " + i);
      }
      assertThat(sim.elapsed()).isZero();
      assertThat(events.dropped()).isEqualTo(500);
    });
  }

  @Test
  void eventsWaitForAServerThatIsAway() {
    with((sim, server, api, events) -> {
      server.stop();
      events.normal(ObjectType.POD, POD, "Killing", "stopping");
      sim.seam().clock().sleep(Duration.ofSeconds(8));
      server.restart();
      sim.seam().clock().sleep(Duration.ofSeconds(12));
      assertThat(api.events().list().items()).hasSize(1);
      assertThat(events.dropped()).isZero();
    });
  }

  @Test
  void closingDoesNotWaitForAServerThatIsAway() {
    with((sim, server, api, events) -> {
      server.stop();
      events.normal(ObjectType.POD, POD, "Killing", "stopping");
      events.close();
      assertThat(sim.elapsed()).isLessThan(Duration.ofSeconds(10));
      assertThat(events.dropped()).isEqualTo(1);
    });
  }
}
