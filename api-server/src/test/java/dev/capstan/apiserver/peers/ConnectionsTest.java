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
    return connects(connections, address(host, port));
  }

  private boolean connects(Connections connections, InetSocketAddress from) {
    return connections.admit(from, why -> hungUp.put(from.getPort(), why)) != null;
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

  /** How many pings a new connection may send although its address has none left. */
  private int pings(Connections connections, int host, int port) {
    assertThat(connects(connections, host, port)).isTrue();
    Allowance allowance = at(connections, host, port).allowance;
    int pings = 0;
    while (allowance.take(FrameKind.PING)) {
      pings++;
    }
    return pings;
  }

  @Test
  void whoReconnectsWithoutACallMaySendLessAndWhoCallsMayNot() {
    play(
        Map.of("connects", 10, "pings", 1000),
        (sim, all) -> {
          for (int port = 1; port <= 1000; port++) {
            assertThat(connects(all, 1, port)).isTrue();
            at(all, 1, port).authenticated("admin");
            all.ended(at(all, 1, port));
          }
          assertThat(pings(all, 1, 1)).as("with what its address had left").isGreaterThan(900);
          assertThat(pings(all, 1, 2)).isEqualTo(25);
          for (int port = 3; port <= 100; port++) {
            assertThat(connects(all, 1, port)).isTrue();
            all.ended(at(all, 1, port));
          }
          assertThat(pings(all, 1, 101)).isEqualTo(5);
          assertThat(pings(all, 2, 102)).as("another address").isGreaterThan(900);
        });
  }

  @Test
  void aFloodOfStrangersKeepsNobodyOutWhoHasTheSameAddress() {
    play(
        Map.of(
            "connects",
            10,
            "address-strangers",
            50,
            "connections",
            100_000,
            "address-connections",
            100_000),
        (sim, all) -> {
          for (int port = 1; port <= 10_000; port++) {
            assertThat(connects(all, 1, port)).isTrue();
          }
          assertThat(connects(all, 1, 20_000)).isTrue();
          for (int port = 10_001; port < 10_050; port++) {
            connects(all, 1, port);
          }
          at(all, 1, 20_000).authenticated("admin");
          for (int port = 10_050; port <= 15_000; port++) {
            connects(all, 1, port);
          }
          assertThat(hungUp).hasSize(15_000 - 50).doesNotContainKey(20_000);
          assertThat(hungUp.get(9_000)).isEqualTo(Reason.CONNECTS.words());
        });
  }

  @Test
  void thisMachineIsOneAddress() {
    play(
        Map.of("address-strangers", 3),
        (sim, all) -> {
          List<String> own = List.of("127.0.0.1", "127.1.2.3", "127.255.255.254", "::1");
          for (String host : own) {
            assertThat(connects(all, new InetSocketAddress(host, 1 + own.indexOf(host)))).isTrue();
          }
          assertThat(hungUp).containsOnlyKeys(1);
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
          assertThat(pings(all, 1, 3)).isEqualTo(5 + 500);
          assertThat(pings(all, 1, 4)).isEqualTo(5);
          assertThat(reasons).containsExactly(Reason.FLOOD, Reason.FLOOD);
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

  @Test
  void theLargestNumberIsNoLimit() {
    play(
        Map.of("connects", Integer.MAX_VALUE, "address-strangers", 2),
        (sim, all) -> {
          for (int port = 1; port <= 5; port++) {
            assertThat(connects(all, 1, port)).isTrue();
          }
          assertThat(reasons).containsOnly(Reason.STRANGERS);
        });
  }
}
