package dev.capstan.controller;

import dev.capstan.api.v1.Pod;
import dev.capstan.client.cache.Sum;
import org.jspecify.annotations.Nullable;

/**
 * How many of some pods are how.
 *
 * @param alive pods that may still run something: not terminal, but maybe going
 * @param active of these, not going
 * @param ready of these, ready
 */
public record PodCount(int alive, int active, int ready) implements Sum<PodCount> {

  public static final PodCount NONE = new PodCount(0, 0, 0);

  /** Of one pod. */
  public static PodCount of(Pod pod) {
    if (PodStates.isTerminal(pod)) {
      return NONE;
    }
    int active = PodStates.isGoing(pod) ? 0 : 1;
    return new PodCount(1, active, PodStates.isReady(pod) ? active : 0);
  }

  @Override
  public PodCount plus(PodCount other) {
    return new PodCount(alive + other.alive, active + other.active, ready + other.ready);
  }

  @Override
  public PodCount minus(PodCount other) {
    return new PodCount(alive - other.alive, active - other.active, ready - other.ready);
  }

  // By hand, since this is compared at every change of a pod: what a record is given by itself is
  // slow where no optimising compiler runs.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PodCount count
        && alive == count.alive
        && active == count.active
        && ready == count.ready;
  }

  @Override
  public int hashCode() {
    return (alive * 31 + active) * 31 + ready;
  }
}
