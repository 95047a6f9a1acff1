package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Faults that wait for their chance, each letting some chances pass. */
final class Armed {

  private static final class Waiting {
    private final Step fault;
    private int skip;

    Waiting(Step fault) {
      this.fault = fault;
      this.skip = fault.number(Argument.SKIP, 0);
    }
  }

  private final List<Waiting> waiting = new ArrayList<>();

  void add(Step fault) {
    waiting.add(new Waiting(fault));
  }

  void clear() {
    waiting.clear();
  }

  /** The fault whose turn it is at a chance for faults of some kind, no longer waiting. */
  @Nullable Step strike(Predicate<Step> kind) {
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Waiting one = each.next();
      if (kind.test(one.fault) && one.skip-- <= 0) {
        each.remove();
        return one.fault;
      }
    }
    return null;
  }
}
