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

  @Test
  void soManyAreInsideAtOnceAndNoMore() {
    Simulation.run(
        1,
        simulation -> {
          StartGate gate = new StartGate(3);
          AtomicInteger inside = new AtomicInteger();
          List<Integer> seen = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            simulation
                .seam()
                .threads()
                .start(
                    "starter",
                    () -> {
                      try {
                        gate.pass(() -> {
                          seen.add(inside.incrementAndGet());
                          simulation.seam().clock().sleep(Duration.ofSeconds(1));
                          return inside.decrementAndGet();
                        });
                      } catch (RuntimeFault | InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    });
          }
          simulation.eventually("all done", Duration.ofSeconds(5), () -> seen.size() == 10);
          assertThat(seen).contains(3).allMatch(count -> count <= 3);
        });
  }

  @Test
  void aFailureLeavesItsPlace() throws Exception {
    StartGate gate = new StartGate(1);
    assertThatThrownBy(() ->
            gate.pass(() -> {
              throw new RuntimeFault(RuntimeFault.Kind.INVALID, "no");
            }))
        .isInstanceOf(RuntimeFault.class);
    assertThat(gate.<Integer>pass(() -> 1)).isEqualTo(1);
  }
}
