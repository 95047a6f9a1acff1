package dev.capstan.controller;

import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Active pods, counted. They are looked at one by one only if it matters which they are, or since
 * when they are ready.
 *
 * @param count how many
 * @param ready of these, ready
 * @param pods all of them
 */
public record Replicas(int count, int ready, Supplier<List<Pod>> pods) {

  /** How many have been ready without interruption for at least {@code minReadySeconds}. */
  public int available(int minReadySeconds, Instant now) {
    return minReadySeconds <= 0
        ? ready
        : (int)
            pods.get().stream()
                .filter(pod -> PodStates.isAvailable(pod, minReadySeconds, now))
                .count();
  }

  /** When the next of them becomes available by the passing of time alone. */
  public Optional<Duration> nextAvailable(int minReadySeconds, Instant now) {
    if (minReadySeconds <= 0) {
      return Optional.empty();
    }
    return pods.get().stream()
        .filter(PodStates::isReady)
        .map(pod -> PodStates.untilAvailable(pod, minReadySeconds, now))
        .filter(Duration::isPositive)
        .min(Duration::compareTo);
  }
}
