package dev.capstan.e2e.sim.check;

import java.util.List;

/** What a cluster looks like in the end, without what differs from run to run. */
public record EndState(List<String> lines) {

  public EndState {
    lines = List.copyOf(lines);
  }
}
