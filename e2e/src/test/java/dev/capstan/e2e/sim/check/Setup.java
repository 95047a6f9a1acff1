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
 * @param roles the role of a client, by its name
 */
public record Setup(
    ValueCodec codec, KindRegistry kinds, Duration staleness, Function<String, Role> roles) {

  /** Plain values, the built-in kinds, views at most two minutes old, roles by prefix. */
  public static Setup standard() {
    return new Setup(ValueCodec.plain(), KindRegistry.builtin(), Duration.ofMinutes(2), Role::of);
  }
}
