package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Verb;
import java.util.Map;
import java.util.TreeMap;

/** How often which fault really struck whom. */
final class FaultCounts {

  private final Map<Verb, Map<String, Integer>> counts = new TreeMap<>();
  private int total;

  /**
   * Something went wrong.
   *
   * @param whom a process or node; its number is left out of the account
   */
  void struck(Verb fault, String whom) {
    total++;
    String component = whom.replaceFirst("-\\d+$", "");
    counts.computeIfAbsent(fault, f -> new TreeMap<>()).merge(component, 1, Integer::sum);
  }

  /** Of all kinds together. */
  int total() {
    return total;
  }

  int of(Verb fault, String component) {
    return counts.getOrDefault(fault, Map.of()).getOrDefault(component, 0);
  }

  /** Adds another run's. */
  void add(FaultCounts other) {
    total += other.total;
    other.counts.forEach((fault, by) ->
        by.forEach((component, count) ->
            counts
                .computeIfAbsent(fault, f -> new TreeMap<>())
                .merge(component, count, Integer::sum)));
  }
}
