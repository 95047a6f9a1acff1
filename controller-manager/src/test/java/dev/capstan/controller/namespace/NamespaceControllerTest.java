package dev.capstan.controller.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.control.ControllerRunner;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The namespace controller in its runner, against a server. */
class NamespaceControllerTest {

  private static final int PODS = 100;

  @Test
  void whileItEmptiesANamespaceIsListedOnceASecond() {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("ns", sim.process("server").seam());
              Connection connection = server.connect(sim.process("client").seam())) {
            Api api = Api.of(connection);
            InformerSet informers = InformerSet.of(api).watch(ObjectType.NAMESPACE).build();
            informers.start();
            Thread runner = run(sim.seam(), informers, api);
            make(api);
            api.namespaces().delete("default");
            for (int i = 0; i < PODS; i++) { // As fast as it could be looked at.
              remove(api, "pod-" + i);
            }
            sim.seam().clock().sleep(Duration.ofMillis(1100));
            assertThat(api.namespaces().get("default").getSpec().getFinalizersList()).isEmpty();
            // The first, up to two that find all of it going, and the last.
            assertThat(server.calls().stream().filter("Pods/List"::equals).count())
                .isBetween(2L, 4L);
            runner.interrupt();
            runner.join();
            informers.close();
          }
        });
  }

  private static Thread run(Seam seam, InformerSet informers, Api api) {
    var runner =
        ControllerRunner.of(
                "namespace",
                informers,
                api,
                new NamespaceController(seam.clock(), KindRegistry.builtin()))
            .on(ObjectType.NAMESPACE, change -> List.of(change.key()))
            .build();
    return seam.threads()
        .start(
            "runner",
            () -> {
              try {
                runner.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // How the test ends it.
              }
            });
  }

  /** A namespace that stays when it is emptied, so that it can be looked at. */
  private static void make(Api api) throws InterruptedException {
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName("default").addFinalizers("test/hold");
    namespace.getSpecBuilder().addFinalizers("kubernetes");
    api.namespaces().create(namespace.build());
    for (int i = 0; i < PODS; i++) {
      api.pods().create(Objects.pod("pod-" + i, "web", "node-1"));
    }
  }

  private static void remove(Api api, String pod) throws InterruptedException {
    api.pods()
        .namespace("default")
        .delete(pod, DeleteOptions.newBuilder().setGracePeriodSeconds(0).build());
  }
}
