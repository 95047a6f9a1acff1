package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchGateTest {

  private static void enterLater(
      Seam seam, BatchGate gate, String name, int writes, List<String> entered)
      throws InterruptedException {
    seam.threads()
        .start(
            name,
            () -> {
              try {
                gate.enter(writes, seam.clock().deadline(Duration.ofMinutes(1)));
                entered.add(name);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    seam.clock().sleep(Duration.ofMillis(1));
  }

  @Test
  void whoComesTooManyWaitsAndNobodyOvertakes() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          BatchGate gate = new BatchGate(seam.clock());
          List<String> entered = new ArrayList<>();
          enterLater(seam, gate, "most", BatchGate.CAPACITY - 10, entered);
          enterLater(seam, gate, "large", 1000, entered);
          enterLater(seam, gate, "small", 10, entered);
          assertThat(entered).containsExactly("most");
          gate.leave(BatchGate.CAPACITY - 10);
          sim.eventually("all are in", Duration.ofSeconds(1), () -> entered.size() == 3);
          assertThat(entered).containsExactly("most", "large", "small");
        });
  }

  @Test
  void whoWaitsUntilItsDeadlineIsRefusedAndTheNextGoesOn() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          BatchGate gate = new BatchGate(seam.clock());
          List<String> entered = new ArrayList<>();
          gate.enter(BatchGate.CAPACITY - 10, seam.clock().deadline(Duration.ofSeconds(1)));
          seam.threads()
              .start(
                  "impatient",
                  () -> {
                    assertThatThrownBy(
                            () -> gate.enter(11, seam.clock().deadline(Duration.ofSeconds(1))))
                        .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e ->
                                assertThat(e.getStatus().getCode())
                                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
                    entered.add("refused");
                  });
          seam.clock().sleep(Duration.ofMillis(1));
          enterLater(seam, gate, "next", 10, entered);
          assertThat(entered).isEmpty();
          sim.eventually("both are answered", Duration.ofSeconds(2), () -> entered.size() == 2);
          assertThat(entered).containsExactly("refused", "next");
        });
  }
}
