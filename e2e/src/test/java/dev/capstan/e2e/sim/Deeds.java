package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is to go wrong while users do a thing of a kind. */
final class Deeds {

  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private final World world;
  private final List<Waiting> waiting = new ArrayList<>();

  private static final class Waiting {
    private final Step fault;
    private final Runnable begin;
    private final Runnable end;
    private boolean over;

    Waiting(Step fault, Runnable begin, Runnable end) {
      this.fault = fault;
      this.begin = begin;
      this.end = end;
    }

    void finish() {
      if (!over) {
        over = true;
        end.run();
      }
    }
  }

  /** What a user does. */
  interface Deed {
    void run() throws InterruptedException;
  }

  Deeds(World world) {
    this.world = world;
  }

  /**
   * Waits for the next deed of the kind that the fault names.
   *
   * @param begin is called when the deed begins
   * @param end is called when it has been over for as long as the fault says, and after a while in
   *     any case: the user may wait for just that
   */
  void await(Step fault, Runnable begin, Runnable end) {
    waiting.add(new Waiting(fault, begin, end));
  }

  /** A user does something. */
  void around(Step deed, Deed does) throws InterruptedException {
    List<Waiting> these =
        waiting.stream()
            .filter(w -> w.fault.text(Argument.DEED).equals(deed.verb().word()))
            .toList();
    waiting.removeAll(these);
    for (Waiting each : these) {
      each.begin.run();
      world.after(AT_MOST, each::finish);
    }
    does.run();
    these.forEach(each -> world.after(each.fault.time(Argument.FOR), each::finish));
  }
}
