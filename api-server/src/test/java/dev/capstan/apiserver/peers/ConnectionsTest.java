package dev.capstan.apiserver.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.sim.Simulation;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who may connect, and how long somebody may stay who says nothing. */
class ConnectionsTest {

  private final Map<Integer, String> hungUp = new LinkedHashMap<>();
  private final List<Reason> reasons = new ArrayList<>();

  private interface Scene {
    void play(Simulation sim, Connections connections) throws Exception;
  }

  private void play(Map<String, Integer> limits, Scene scene) {
    Simulation.run(
        1,
        sim -> {
          try (Connections all = new Connections(sim.seam(), Limits.with(limits), reasons::add)) {
            scene.play(sim, all);
          }
        });
  }

  /** Connects from a port of 10.0.0.HOST. */
  private boolean connects(Connections connections, int host, int port) {
    return connections.admit(address(host, port), why -> hungUp.put(port, why)) != null;
  }

  private static InetSocketAddress address(int host, int port) {
    return new InetSocketAddress("10.0.0." + host, port);
  }

  private static PeerConnection at(Connections connections, int host, int port) {
    return Objects.requireNonNull(connections.at(address(host, port)));
  }

  private static void greet(PeerConnection connection) {
    ByteBuf bytes = Unpooled.buffer().writeZero(24).writeMedium(0).writeByte(4).writeZero(5);
    assertThat(connection.meter.read(bytes)).isNull();
  }

  @Test
  void whoeverSaysNothingIsCut() {
    play(
        Map.of(),
        (sim, all) -> {
          connects(all, 1, 1);
          connects(all, 1, 2);
          connects(all, 1, 3);
          greet(at(all, 1, 2));
          greet(at(all, 1, 3));
          at(all, 1, 3).authenticated("admin");
          sim.seam().clock().sleep(Duration.ofSeconds(9));
          assertThat(hungUp).isEmpty();
          sim.seam().clock().sleep(Duration.ofSeconds(3));
          assertThat(hungUp).containsOnlyKeys(1);
          all.ended(at(all, 1, 1));
          sim.seam().clock().sleep(Duration.ofSeconds(20));
          assertThat(hungUp).containsOnlyKeys(1, 2);
          all.ended(at(all, 1, 2));
          sim.seam().clock().sleep(Duration.ofHours(1));
          assertThat(hungUp).containsOnlyKeys(1, 2);
          assertThat(reasons).containsExactly(Reason.HANDSHAKE, Reason.FIRST_CALL);
        });
  }

  @Test
  void theOldestStrangerMakesRoomForTheNewest() {
    play(
        Map.of("address-strangers", 3, "strangers", 5),
        (sim, all) -> {
          for (int port = 1; port <= 3; port++) {
            connects(all, 1, port);
          }
          at(all, 1, 1).authenticated("admin");
          assertThat(connects(all, 1, 4)).isTrue();
          assertThat(connects(all, 1, 5)).isTrue();
          assertThat(hungUp).containsOnlyKeys(2);
          connects(all, 2, 6);
          connects(all, 2, 7);
          assertThat(connects(all, 3, 8)).isTrue();
          assertThat(hungUp).containsOnlyKeys(2, 3);
          assertThat(reasons).containsOnly(Reason.STRANGERS);
        });
  }

  @Test
  void connectionsAreCounted() {
    play(
        Map.of("connections", 3, "address-connections", 2),
        (sim, all) -> {
          connects(all, 1, 1);
          connects(all, 1, 2);
          assertThat(connects(all, 1, 3)).isFalse();
          assertThat(connects(all, 2, 4)).isTrue();
          assertThat(connects(all, 3, 5)).isFalse();
          all.ended(at(all, 1, 1));
          assertThat(connects(all, 1, 6)).isTrue();
          assertThat(all.count()).isEqualTo(3);
          assertThat(reasons).containsExactly(Reason.TOO_MANY_OF_ADDRESS, Reason.TOO_MANY);
        });
  }

  @Test
  void whoReconnectsWithoutACallIsSlowedDownAndWhoCallsIsNot() {
    play(
        Map.of("connects", 10),
        (sim, all) -> {
          for (int port = 1; port <= 1000; port++) {
            assertThat(connects(all, 1, port)).isTrue();
            at(all, 1, port).authenticated("admin");
            all.ended(at(all, 1, port));
          }
          int let = 0;
          for (int port = 1; port <= 1000; port++) {
            if (connects(all, 1, port)) {
              let++;
              all.ended(at(all, 1, port));
            }
          }
          assertThat(let).isEqualTo(100);
          assertThat(connects(all, 2, 1)).as("another address").isTrue();
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          assertThat(connects(all, 1, 1)).isTrue();
        });
  }

  @Test
  void aFloodCostsItsAddressConnections() {
    play(
        Map.of("connects", 10),
        (sim, all) -> {
          for (int port = 1; port <= 2; port++) {
            connects(all, 1, port);
            at(all, 1, port).authenticated("admin");
            all.flooded(at(all, 1, port), FrameKind.RESET);
            all.ended(at(all, 1, port));
          }
          assertThat(hungUp.get(1)).isEqualTo("too many resets of streams");
          assertThat(connects(all, 1, 3)).isFalse();
          assertThat(reasons).containsExactly(Reason.FLOOD, Reason.FLOOD, Reason.CONNECTS);
        });
  }

  @Test
  void limitsHaveNames() {
    assertThat(Limits.with(Map.of("pings", 7)).of(Limit.PINGS)).isEqualTo(7);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Limits.with(Map.of("pongs", 7)))
        .hasMessageStartingWith("there is no limit pongs, only connections, ");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Limits.with(Map.of("pings", 0)))
        .hasMessage("limit pings: must be > 0, not 0");
  }
}
