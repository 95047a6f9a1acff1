package dev.capstan.e2e.sim.check;

import dev.capstan.api.KindRegistry;
import dev.capstan.kvstore.ValueCodec;
import java.time.Duration;
import java.util.function.Function;

/**
 * What the checks need to know of the cluster.
 *
 * @param codec as the API server's
 * @param kinds as the API server's
 * @param staleness how far a component's view may lag behind the store at the most: decisions taken
 *     on anything newer are judged by what the component can have seen
 * @param silence how long a node's lease is not renewed before nothing is known of the node
 * @param roles the role of a client, by its name
 */
public record Setup(
    ValueCodec codec,
    KindRegistry kinds,
    Duration staleness,
    Duration silence,
    Function<String, Role> roles) {

  /** Nodes may be silent for 24 s. */
  public static final Duration SILENCE = Duration.ofSeconds(24);

  /** Plain values, the built-in kinds, views at most two minutes old, roles by prefix. */
  public static Setup standard() {
    return new Setup(
        ValueCodec.plain(), KindRegistry.builtin(), Duration.ofMinutes(2), SILENCE, Role::of);
  }
}
