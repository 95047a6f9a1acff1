package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeAnswersTest {

  @Test
  void listsBeyondTheCapacityWaitForOneThatHasBeenRead() {
    Simulation.run(
        1,
        sim -> {
          var clock = sim.seam().clock();
          var answers = new LargeAnswers(clock);
          List<Long> places = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            sim.seam()
                .threads()
                .start(
                    "list",
                    () -> {
                      try {
                        places.add(answers.enter(1, clock.deadline(Duration.ofSeconds(20))));
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    });
          }
          clock.sleep(Duration.ofSeconds(1));
          assertThat(places).hasSize(LargeAnswers.CAPACITY);
          for (int i = 0; i < 136; i++) {
            answers.leave(places.get(i));
            answers.leave(places.get(i)); // Once too often does not make room for two.
            clock.sleep(Duration.ofMillis(1));
            assertThat(places).hasSize(LargeAnswers.CAPACITY + i + 1);
          }
        });
  }

  @Test
  void whoDoesNotReadKeepsHisPlaceForAWhileOnly() {
    Simulation.run(
        1,
        sim -> {
          var clock = sim.seam().clock();
          var answers = new LargeAnswers(clock);
          for (int i = 0; i < LargeAnswers.CAPACITY; i++) {
            answers.enter(1, clock.deadline(Duration.ofSeconds(1)));
          }
          Throwable refused =
              catchThrowable(() -> answers.enter(32, clock.deadline(Duration.ofSeconds(10))));
          assertThat(Status.fromThrowable(refused).getCode())
              .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(answers.enter(32, clock.deadline(Duration.ofSeconds(60)))).isPositive();
          assertThat(sim.elapsed()).isEqualTo(LargeAnswers.KEPT);
        });
  }

  @Test
  void onlyListsNeedAPlace() {
    assertThat(LargeAnswers.weight("capstan.v1.Pods/List")).isEqualTo(1);
    assertThat(LargeAnswers.weight("capstan.v1.Resources/List")).isEqualTo(32);
    assertThat(LargeAnswers.weight("capstan.v1.Pods/Get")).isZero();
    assertThat(LargeAnswers.weight("capstan.v1.Pods/Watch")).isZero();
  }
}
