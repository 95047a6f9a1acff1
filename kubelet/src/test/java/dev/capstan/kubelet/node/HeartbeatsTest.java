package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  private static void beating(Body body) {
    Simulation.run(
        1,
        sim -> {
          try (var server = new FakeApiServer("heartbeats", sim.seam());
              Connection connection = server.connect(sim.seam())) {
            Api api = Api.of(connection);
            Node node =
                api.nodes()
                    .create(
                        Node.newBuilder()
                            .setMetadata(ObjectMeta.newBuilder().setName("a"))
                            .build());
            Heartbeats heartbeats = new Heartbeats(api, name -> true);
            heartbeats.add(new NodeIdentity("cluster", "a", List.of(node.getMetadata().getUid())));
            Thread thread = sim.seam().threads().start("heartbeats", heartbeats);
            sim.seam().clock().sleep(Duration.ofSeconds(5));
            body.run(sim, server, api);
            thread.interrupt();
            thread.join();
          }
        });
  }

  private static String lease(Api api) throws InterruptedException {
    return api.leases().namespace(WellKnown.NAMESPACE_NODE_LEASE).get("a").getMetadata().getUid();
  }

  @Test
  void aLeaseThatCannotBeReadIsMadeAnew() {
    beating((sim, server, api) -> {
      String before = lease(api);
      server.refuse("Lease/Update", Status.DATA_LOSS.withDescription("leases/a"));
      sim.seam().clock().sleep(Duration.ofSeconds(11));
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofSeconds(5));
      assertThat(lease(api)).isNotEqualTo(before);
    });
  }

  @Test
  void aLeaseThatIsRefusedIsKeptAndAskedForOnceASecond() {
    beating((sim, server, api) -> {
      String before = lease(api);
      server.refuse("Lease/Update", Status.PERMISSION_DENIED.withDescription("not you"));
      sim.seam().clock().sleep(Duration.ofMinutes(1));
      assertThat(server.refused()).isBetween(40L, 60L);
      assertThat(lease(api)).isEqualTo(before);
    });
  }
}
