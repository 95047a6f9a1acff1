package dev.capstan.controller.nodelifecycle;

import java.time.Duration;

/**
 * Periods of the node lifecycle.
 *
 * @param grace silent for this long a node's state is unknown
 * @param eviction silent for this much longer its pods are moved
 * @param quarantine pods of a node that does not exist are collected after this time
 * @param probe between checks that the own view is fresh, and between looks at an unhealthy node
 * @param gap after not having seen for this long the observer starts counting anew
 */
public record NodeTiming(
    Duration grace, Duration eviction, Duration quarantine, Duration probe, Duration gap) {

  /** 40 s, 30 s, 40 s, 2 s, 15 s. */
  public static final NodeTiming DEFAULT =
      new NodeTiming(
          Duration.ofSeconds(40),
          Duration.ofSeconds(30),
          Duration.ofSeconds(40),
          Duration.ofSeconds(2),
          Duration.ofSeconds(15));
}
