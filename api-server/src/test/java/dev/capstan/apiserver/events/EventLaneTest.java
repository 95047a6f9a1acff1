package dev.capstan.apiserver.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.EventList;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.testing.GatedStore;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.kinds.Names;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.sim.Simulation;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventLaneTest {

  /** An API server's read side with an event lane, and a namespace to report in. */
  private static final class Lane implements EventMetrics {
    final ReadHarness api;
    final EventLane lane;
    int dropped;
    int stored;

    Lane(Simulation sim) throws InterruptedException {
      api = new ReadHarness(sim, 64 << 20);
      api.write(namespace().build());
      lane =
          new EventLane(
              sim.seam(),
              api.server.store(),
              ValueCodec.plain(),
              KindRegistry.builtin(),
              api.server.cache(),
              this);
      lane.start();
    }

    static Namespace.Builder namespace() {
      return Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("default"));
    }

    List<Event> list(String fields) throws Exception {
      var request = ListRequest.newBuilder().setFieldSelector(fields).build();
      var kind = ReadHarness.KINDS.require("Event");
      return EventList.parseFrom(api.server.endpoints().list(kind).answer(api.call(), request))
          .getItemsList();
    }

    @Override
    public void dropped() {
      dropped++;
    }

    @Override
    public void stored() {
      stored++;
    }
  }

  private static Event event(String pod, String reason, String message) {
    Event.Builder event =
        Event.newBuilder().setReason(reason).setMessage(message).setType("Normal");
    event.getMetadataBuilder().setNamespace("default");
    event
        .getInvolvedObjectBuilder()
        .setKind("Pod")
        .setNamespace("default")
        .setName(pod)
        .setUid(pod);
    event.getSourceBuilder().setComponent("kubelet");
    return event.build();
  }

  @Test
  void equalEventsBecomeOneWithACountAndTheSpanOfTime() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          var start = sim.seam().clock().now();
          for (int i = 0; i < 5; i++) {
            lane.lane.offer(event("web", "Pulled", "image is there"));
            sim.seam().clock().sleep(Duration.ofSeconds(60));
          }
          lane.lane.offer(event("web", "Started", "container web"));
          lane.lane.offer(event("db", "Pulled", "image is there"));
          lane.api.settle();
          assertThat(lane.list("")).hasSize(3);
          assertThat(lane.stored).isEqualTo(7);
          Event merged = lane.list("involvedObject.name=web,reason=Pulled").getFirst();
          assertThat(merged.getCount()).isEqualTo(5);
          assertThat(ApiTimes.instant(merged.getFirstTimestamp())).isEqualTo(start);
          assertThat(ApiTimes.instant(merged.getLastTimestamp())).isEqualTo(start.plusSeconds(240));
          assertThat(merged.getMetadata().getUid()).isNotEmpty();
          assertThat(merged.getMetadata().getResourceVersion()).isNotEmpty();
          assertThat(Names.isDnsSubdomain(merged.getMetadata().getName())).isTrue();
        });
  }

  /** Many reporters at once: no occurrence is counted twice or lost. */
  @Test
  void concurrentOccurrencesAreAllCounted() {
    for (int seed = 0; seed < 10; seed++) {
      Simulation.run(
          seed,
          sim -> {
            var lane = new Lane(sim);
            for (int i = 0; i < 20; i++) {
              sim.seam()
                  .threads()
                  .start(
                      "reporter",
                      () -> {
                        for (int n = 0; n < 10; n++) {
                          lane.lane.offer(event("web", "BackOff", "restarting"));
                          lane.lane.offer(event("web", "Killing", "n" + n));
                        }
                      });
            }
            lane.api.settle();
            assertThat(lane.list("reason=BackOff").getFirst().getCount()).isEqualTo(200);
            assertThat(lane.list("reason=Killing")).hasSize(10).allMatch(e -> e.getCount() == 20);
            assertThat(lane.dropped).isZero();
          });
    }
  }

  @Test
  void aFullLaneDropsAndDoesNotBlock() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          lane.api.store.failure = new StoreException.Unavailable("no leader", null);
          Duration before = sim.elapsed();
          int taken = 0;
          for (int i = 0; i < 15_000; i++) {
            try {
              lane.lane.offer(event("p" + i, "Failed", "m"));
              taken++;
            } catch (StatusRuntimeException e) {
              assertThat(e.getStatus().getCode().name()).isEqualTo("RESOURCE_EXHAUSTED");
            }
          }
          assertThat(sim.elapsed()).isEqualTo(before);
          assertThat(taken).isBetween(10_000, 10_016);
          assertThat(lane.dropped).isEqualTo(15_000 - taken);
          assertThat(lane.lane.waiting()).isLessThanOrEqualTo(10_000);
          // One that is waiting already still merges.
          lane.lane.offer(event("p" + (taken - 1), "Failed", "m"));
        });
  }

  /** A storm leaves the store to others and is written all the same. */
  @Test
  void aStormIsWrittenAtAPace() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          for (int i = 0; i < 3_000; i++) {
            lane.lane.offer(event("p" + i, "Started", "m"));
          }
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          assertThat(lane.stored).isBetween(500, 700);
          sim.seam().clock().sleep(Duration.ofSeconds(6));
          assertThat(lane.stored).isEqualTo(3_000);
          assertThat(lane.dropped).isZero();
        });
  }

  @Test
  void aServerThatFindsTheEventInTheStoreMergesIntoIt() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          lane.lane.offer(event("web", "Pulled", "m"));
          lane.api.settle();
          // Its cache does not know of the event that another server is about to store.
          lane.api.store.closeWatch();
          GatedStore store = lane.api.store;
          var other =
              new EventLane(
                  sim.seam(),
                  lane.api.server.store(),
                  ValueCodec.plain(),
                  KindRegistry.builtin(),
                  lane.api.server.cache(),
                  lane);
          other.start();
          other.offer(event("web", "Started", "m"));
          lane.api.settle();
          lane.lane.offer(event("web", "Started", "m"));
          lane.api.settle();
          store.openWatch();
          assertThat(lane.list("reason=Started").getFirst().getCount()).isEqualTo(2);
        });
  }

  @Test
  void eventsOfANamespaceThatIsGoneOrGoingAreNotStored() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          Namespace.Builder going = Lane.namespace();
          going.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(sim.seam().clock().now()));
          lane.api.write(going.build());
          lane.api.settle();
          lane.lane.offer(event("a", "Killing", "m"));
          lane.api.settle();
          lane.api.commit(List.of(ReadHarness.delete(going.build())));
          lane.api.settle();
          lane.lane.offer(event("b", "Killing", "m"));
          lane.api.settle();
          assertThat(lane.list("")).isEmpty();
          assertThat(lane.dropped).isEqualTo(2);
        });
  }

  @Test
  void eventsGoADayAfterTheirLastOccurrence() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          lane.lane.offer(event("old", "Pulled", "m"));
          lane.lane.offer(event("again", "Pulled", "m"));
          sim.seam().clock().sleep(Duration.ofHours(20));
          lane.lane.offer(event("again", "Pulled", "m"));
          lane.api.settle();
          assertThat(lane.list("")).hasSize(2);
          sim.seam().clock().sleep(Duration.ofHours(5));
          assertThat(lane.list(""))
              .extracting(e -> e.getInvolvedObject().getName())
              .containsExactly("again");
          sim.seam().clock().sleep(Duration.ofHours(20));
          assertThat(lane.list("")).isEmpty();
        });
  }

  @Test
  void ofTooManyTheOldestGo() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          for (int i = 0; i < 20; i++) {
            api.write(
                EventMerge.normal(event("p%02d".formatted(i), "r", "m"), sim.seam().clock().now()));
          }
          api.write(EventMerge.normal(event("p00", "r", "m"), sim.seam().clock().now()));
          api.settle();
          var kind = ReadHarness.KINDS.require("Event");
          var all = Objects.requireNonNull(api.server.cache().latest()).table(kind).under("", "");
          assertThat(EventTrimmer.surplus(all, sim.seam().clock().now(), 17))
              .extracting(e -> ((Event) e.parse()).getInvolvedObject().getName())
              .containsExactly("p01", "p02", "p03");
        });
  }

  @Test
  void theNameTellsApartAllThatIsNotMerged() {
    Event base = event("web", "Pulled", "m");
    Event.Builder uid = base.toBuilder();
    uid.getInvolvedObjectBuilder().setUid("other");
    Event.Builder source = base.toBuilder();
    source.getSourceBuilder().setHost("node-2");
    assertThat(
            List.of(
                EventMerge.name(base),
                EventMerge.name(event("web", "Pulled", "m2")),
                EventMerge.name(event("web", "Started", "m")),
                EventMerge.name(event("db", "Pulled", "m")),
                EventMerge.name(uid.build()),
                EventMerge.name(source.build())))
        .doesNotHaveDuplicates()
        .allMatch(Names::isDnsSubdomain);
    assertThat(EventMerge.name(event("x".repeat(199) + "-.y", "r", "m")))
        .matches(Names::isDnsSubdomain);
  }

  @Test
  void aClosedLaneTakesNothing() {
    Simulation.run(
        1,
        sim -> {
          var lane = new Lane(sim);
          lane.lane.close();
          assertThatThrownBy(() -> lane.lane.offer(event("web", "Pulled", "m")))
              .isInstanceOf(StatusRuntimeException.class);
        });
  }
}
