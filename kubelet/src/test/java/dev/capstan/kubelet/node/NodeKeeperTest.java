package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Nodes whose objects are gone. */
class NodeKeeperTest {

  private static NodeProfile profile(String name) {
    return new NodeProfile(
        name,
        AddressRange.parse("10.0.0.0/24"),
        "127.0.0.1",
        new Admission.Allocatable(1000, 1 << 20, 10),
        NodeSystemInfo.getDefaultInstance(),
        true);
  }

  @Test
  void aNodeThatIsRefusedHoldsUpNoOther() {
    Simulation.run(
        1,
        sim -> {
          try (var server = new FakeApiServer("nodes", sim.seam());
              Connection connection = server.connect(sim.seam())) {
            Api api = Api.of(connection);
            List<String> registered = new CopyOnWriteArrayList<>();
            NodeKeeper keeper =
                new NodeKeeper(
                    new NodeRegistration(api),
                    node -> registered.add(node.getMetadata().getName()),
                    sim.seam().clock());
            // It is there already, and cannot be adopted.
            Node there = profile("refused").node();
            api.nodes().create(there);
            server.refuse("Node/Patch", Status.INVALID_ARGUMENT.withDescription("so it is"));
            Thread thread = sim.seam().threads().start("keeper", keeper);
            keeper.lost(profile("refused"));
            keeper.lost(profile("first"));
            sim.seam().clock().sleep(Duration.ofSeconds(1));
            assertThat(registered).containsExactly("first");
            keeper.lost(profile("second"));
            sim.seam().clock().sleep(Duration.ofSeconds(3));
            assertThat(registered).containsExactly("first", "second");
            server.refuseNothing();
            sim.seam().clock().sleep(Duration.ofSeconds(3));
            assertThat(registered).containsExactly("first", "second", "refused");
            thread.interrupt();
            thread.join();
          }
        });
  }
}
