package dev.capstan.e2e.sim.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a cluster looks like in the end, without what differs from run to run: uids, random names,
 * times, versions and addresses; which node a pod is on; rollout revisions and ReplicaSets without
 * pods (a template that was replaced before its controller saw it leaves none); how often
 * containers were restarted; ended pods that somebody manages.
 *
 * @param things what must be the same, by the name of the thing; {@value #ANYTHING} where pods wait
 *     for room: which of them wait, and how far a rollout comes, is a matter of chance
 * @param bare pods that nobody manages: what nobody manages nobody makes again, so after faults
 *     some of them may be missing
 */
public record EndState(SortedMap<String, String> things, SortedSet<String> bare) {

  static final String ANYTHING = "?";

  public EndState {
    things = new TreeMap<>(things);
    bare = new TreeSet<>(bare);
  }

  /** How this state differs from that of the same workload without faults; empty if it does not. */
  public List<String> differences(EndState faultless) {
    List<String> result = new ArrayList<>();
    SortedSet<String> names = new TreeSet<>(things.keySet());
    names.addAll(faultless.things.keySet());
    for (String name : names) {
      String here = things.getOrDefault(name, "not there");
      String there = faultless.things.getOrDefault(name, "not there");
      boolean chance = here.equals(ANYTHING) || there.equals(ANYTHING);
      if (!chance && !here.equals(there)) {
        result.add(name + ": " + here + "; without faults: " + there);
      }
    }
    for (String pod : bare) {
      if (!faultless.bare.contains(pod)) {
        result.add(pod + "; without faults: not there");
      }
    }
    return result;
  }

  /** One thing a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> thing : things.entrySet()) {
      text.append(thing.getKey()).append(": ").append(thing.getValue()).append('\n');
    }
    bare.forEach(pod -> text.append(pod).append('\n'));
    return text.toString();
  }
}
