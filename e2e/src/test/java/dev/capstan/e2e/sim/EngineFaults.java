package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong with the calls of an engine. */
final class EngineFaults {

  private final String node;
  private final Seam seam;
  private final Observer observer;
  private final FaultCounts counts;
  private final Armed armed = new Armed();
  private long awayUntil;

  EngineFaults(String node, Seam seam, Observer observer, FaultCounts counts) {
    this.node = node;
    this.seam = seam;
    this.observer = observer;
    this.counts = counts;
  }

  /** A fault waits for one of the next calls. */
  void arm(Step fault) {
    armed.add(fault);
  }

  void heal() {
    armed.clear();
    awayUntil = 0;
  }

  /** Does nothing and answers nothing for a time; what runs goes on. */
  void away(Duration time) {
    struck(Verb.ENGINE_AWAY);
    awayUntil = seam.clock().deadline(time);
  }

  private void struck(Verb fault) {
    counts.struck(fault, "node");
    observer.disturbed(Disturbance.CONTAINER_FAILS, node, fault.word());
  }

  private @Nullable Step strike(Verb... kinds) {
    Step fault = armed.strike(step -> List.of(kinds).contains(step.verb()));
    if (fault != null) {
      struck(fault.verb());
    }
    return fault;
  }

  /** Before anything is done. */
  void check() throws RuntimeFault {
    if (awayUntil != 0 && seam.clock().nanoTime() - awayUntil < 0) {
      throw new RuntimeFault(Kind.UNAVAILABLE, "simulated: the engine does not answer");
    }
  }

  /** Before it is told what there is. */
  void look() throws RuntimeFault {
    check();
    mayStayUnanswered(Verb.ENGINE_LOOK_FAILS);
  }

  /** Before a container is started. */
  void start() throws RuntimeFault, InterruptedException {
    check();
    Step fault = strike(Verb.START_FAILS, Verb.START_HANGS);
    if (fault == null) {
      return;
    }
    if (fault.verb() == Verb.START_FAILS) {
      Kind kind = seam.random().nextInt(2) == 0 ? Kind.UNAVAILABLE : Kind.FAILED;
      throw new RuntimeFault(kind, "simulated: the engine does not start it");
    }
    seam.clock().sleep(fault.time(Argument.FOR));
  }

  /** After something was done. */
  void done() throws RuntimeFault {
    mayStayUnanswered(Verb.ENGINE_REPLY_LOST);
  }

  private void mayStayUnanswered(Verb kind) throws RuntimeFault {
    if (strike(kind) != null) {
      throw new RuntimeFault(Kind.UNAVAILABLE, "simulated: no answer from the engine");
    }
  }
}
