package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StartGateTest {

  private interface Deed {
    void run() throws RuntimeFault, InterruptedException;
  }

  /** On a thread of its own, until it is done or interrupted. */
  private static Thread begin(Simulation simulation, Deed deed) {
    return simulation
        .seam()
        .threads()
        .start(
            "starter",
            () -> {
              try {
                deed.run();
              } catch (RuntimeFault e) {
                throw new IllegalStateException(e);
              } catch (InterruptedException e) {
                return;
              }
            });
  }

  @Test
  void soManyAreInsideAtOnceAndNoMore() {
    Simulation.run(
        1,
        simulation -> {
          StartGate gate = new StartGate(3);
          AtomicInteger inside = new AtomicInteger();
          List<Integer> seen = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            begin(
                simulation,
                () ->
                    gate.create(() -> {
                      seen.add(inside.incrementAndGet());
                      simulation.seam().clock().sleep(Duration.ofSeconds(1));
                      return inside.decrementAndGet();
                    }));
          }
          simulation.eventually("all done", Duration.ofSeconds(5), () -> seen.size() == 10);
          assertThat(seen).contains(3).allMatch(count -> count <= 3);
        });
  }

  @Test
  void aFailureLeavesItsPlace() throws Exception {
    StartGate gate = new StartGate(1);
    assertThatThrownBy(() ->
            gate.create(() -> {
              throw new RuntimeFault(RuntimeFault.Kind.INVALID, "no");
            }))
        .isInstanceOf(RuntimeFault.class);
    assertThat(gate.<Integer>start(() -> 1)).isEqualTo(1);
  }

  @Test
  void whatIsCreatedStartsBeforeOthersAreCreated() {
    Simulation.run(
        1,
        simulation -> {
          StartGate gate = new StartGate(1);
          List<String> done = new ArrayList<>();
          for (String pod : List.of("a", "b", "c")) {
            begin(
                simulation,
                () -> {
                  gate.create(() -> work(simulation, done, "create " + pod));
                  gate.start(() -> work(simulation, done, "start " + pod));
                });
            simulation.seam().clock().sleep(Duration.ofMillis(1));
          }
          simulation.eventually("all done", Duration.ofSeconds(10), () -> done.size() == 6);
          assertThat(done)
              .containsExactly("create a", "create b", "start a", "start b", "create c", "start c");
        });
  }

  private static boolean work(Simulation simulation, List<String> done, String what)
      throws InterruptedException {
    simulation.seam().clock().sleep(Duration.ofSeconds(1));
    return done.add(what);
  }

  @Test
  void whoGivesUpWaitingLeavesTheLine() {
    Simulation.run(
        1,
        simulation -> {
          StartGate gate = new StartGate(1);
          List<String> done = new ArrayList<>();
          List<Thread> waiting = new ArrayList<>();
          for (String pod : List.of("a", "b", "c")) {
            waiting.add(begin(simulation, () -> gate.create(() -> work(simulation, done, pod))));
            simulation.seam().clock().sleep(Duration.ofMillis(1));
          }
          waiting.get(1).interrupt();
          simulation.eventually("two done", Duration.ofSeconds(10), () -> done.size() == 2);
          assertThat(done).containsExactly("a", "c");
        });
  }
}
