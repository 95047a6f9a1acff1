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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemovalsTest {

  /** A test body. */
  private interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  private static void on(Body body) {
    Simulation.run(
        3,
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

  @Test
  void anotherPodOfTheSameNameStays() {
    on((sim, server, api) -> {
      create(api, "web");
      new Removals(api).remove(key("web"), "another-uid");
      assertThat(api.pods().list().items()).hasSize(1);
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
