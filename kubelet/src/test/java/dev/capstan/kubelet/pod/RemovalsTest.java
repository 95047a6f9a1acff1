package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemovalsTest {

  /** A test body. */
  private interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  private static void on(Body body) {
    on(3, body);
  }

  private static void on(long seed, Body body) {
    Simulation.run(
        seed,
        sim -> {
          try (var server = new FakeApiServer("removals", sim.seam());
              Connection connection = server.connect(sim.seam())) {
            body.run(sim, server, Api.of(connection).retryingFor(Duration.ZERO));
          }
        });
  }

  private static Pod create(Api api, String name) throws InterruptedException {
    return api.pods()
        .create(
            Pod.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName(name))
                .build());
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  @Test
  void podsThatEndTogetherShareCalls() {
    on((sim, server, api) -> {
      Removals removals = new Removals(api);
      List<Pod> pods = new ArrayList<>();
      for (int i = 0; i < 250; i++) {
        pods.add(create(api, "p" + i));
      }
      List<Thread> threads = new ArrayList<>();
      for (Pod pod : pods) {
        threads.add(
            sim.seam()
                .threads()
                .start(
                    "pod",
                    () -> {
                      try {
                        removals.remove(
                            key(pod.getMetadata().getName()), pod.getMetadata().getUid());
                      } catch (ApiFault | InterruptedException e) {
                        throw new AssertionError(e);
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(api.pods().list().items()).isEmpty();
      assertThat(server.calls().stream().filter(c -> c.equals("Resources/Write")).count())
          .isLessThan(20);
    });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whoIsInterruptedHoldsUpNobodyElse(long seed) {
    on(
        seed,
        (sim, server, api) -> {
          Removals removals = new Removals(api);
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 150; i++) {
            threads.add(removing(sim, removals, create(api, "p" + i)));
          }
          // The first is the one that sends, the others wait; some are in its call, some are not.
          for (int i : List.of(0, 1, 2, 50, 120, 149)) {
            sim.seam().clock().sleep(Duration.ofNanos(sim.seam().random().nextInt(2_000_000)));
            threads.get(i).interrupt();
          }
          for (Thread thread : threads) {
            thread.join();
          }
          assertThat(api.pods().list().items().size()).isLessThanOrEqualTo(6);
        });
  }

  /** Who has left is not sent again, and does not stand in the way of those who wait. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whoIsInterruptedBeforeTheSenderHoldsUpNobodyElse(long seed) {
    on(
        seed,
        (sim, server, api) -> {
          Removals removals = new Removals(api);
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            threads.add(removing(sim, removals, create(api, "p" + i)));
          }
          sim.seam().clock().sleep(Duration.ofNanos(sim.seam().random().nextInt(2_000_000)));
          for (int i : List.of(1, 2, 3, 0)) {
            threads.get(i).interrupt();
          }
          for (Thread thread : threads) {
            thread.join();
          }
          assertThat(api.pods().list().items().size()).isLessThanOrEqualTo(4);
        });
  }

  private static Thread removing(Simulation sim, Removals removals, Pod pod) {
    return sim.seam()
        .threads()
        .start(
            "pod",
            () -> {
              try {
                removals.remove(key(pod.getMetadata().getName()), pod.getMetadata().getUid());
              } catch (InterruptedException e) {
                return; // As asked for.
              } catch (ApiFault e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void anotherPodOfTheSameNameStays() {
    on((sim, server, api) -> {
      create(api, "web");
      new Removals(api).remove(key("web"), "another-uid");
      assertThat(api.pods().list().items()).hasSize(1);
    });
  }

  @Test
  void aConflictThatNamesNoOtherPodIsNoEnd() {
    on((sim, server, api) -> {
      Pod pod = create(api, "web");
      server.refuse("Pod/Delete", Status.ABORTED.withDescription("somebody was faster"));
      Removals removals = new Removals(api);
      assertThatThrownBy(() -> removals.remove(key("web"), pod.getMetadata().getUid()))
          .isInstanceOf(ApiFault.class);
    });
  }

  @Test
  void aPodThatIsGoneIsNoFault() {
    on((sim, server, api) -> {
      new Removals(api).remove(key("gone"), "uid");
      assertThat(api.pods().list().items()).isEmpty();
    });
  }

  @Test
  void whoIsNotAnsweredIsToldAndMayAskAgain() {
    on((sim, server, api) -> {
      Removals removals = new Removals(api);
      Pod pod = create(api, "web");
      server.plan("Resources/Write", FakeApiServer.Fault.REFUSE);
      assertThatThrownBy(() -> removals.remove(key("web"), pod.getMetadata().getUid()))
          .isInstanceOf(ApiFault.class);
      removals.remove(key("web"), pod.getMetadata().getUid());
      assertThat(api.pods().list().items()).isEmpty();
    });
  }
}
