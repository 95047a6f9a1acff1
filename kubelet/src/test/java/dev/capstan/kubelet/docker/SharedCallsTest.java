package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedCallsTest {

  private final AtomicInteger made = new AtomicInteger();
  private final List<String> answers = new ArrayList<>();
  private final SharedCalls<Integer> calls = new SharedCalls<>();

  /** Asks on a thread of its own; the answer is the number of the call, which takes a second. */
  private Thread ask(Simulation simulation, String what) {
    return simulation
        .seam()
        .threads()
        .start(
            "asker",
            () -> {
              try {
                answers.add(what + calls.call(what, () -> answer(simulation)));
              } catch (RuntimeFault e) {
                answers.add(e.words());
              } catch (InterruptedException e) {
                answers.add("interrupted");
              }
            });
  }

  private int answer(Simulation simulation) throws RuntimeFault, InterruptedException {
    int number = made.incrementAndGet();
    simulation.seam().clock().sleep(Duration.ofSeconds(1));
    if (number == 9) {
      throw new RuntimeFault(Kind.UNAVAILABLE, "no answer");
    }
    return number;
  }

  private void pause(Simulation simulation, int millis) throws InterruptedException {
    simulation.seam().clock().sleep(Duration.ofMillis(millis));
  }

  @Test
  void thoseWhoComeDuringACallShareTheNextOne() {
    Simulation.run(
        1,
        simulation -> {
          ask(simulation, "a");
          pause(simulation, 100);
          for (int i = 0; i < 20; i++) {
            ask(simulation, "a");
          }
          pause(simulation, 1100);
          ask(simulation, "a");
          simulation.eventually("all", Duration.ofSeconds(9), () -> answers.size() == 22);
          assertThat(answers.getFirst()).isEqualTo("a1");
          assertThat(answers.subList(1, 21)).containsOnly("a2");
          assertThat(answers.getLast()).isEqualTo("a3");
        });
  }

  @Test
  void differentQuestionsDoNotWaitForEachOther() {
    Simulation.run(
        1,
        simulation -> {
          ask(simulation, "a");
          ask(simulation, "b");
          pause(simulation, 1100);
          assertThat(answers).hasSize(2);
        });
  }

  @Test
  void aFailureIsSharedToo() {
    Simulation.run(
        1,
        simulation -> {
          made.set(7);
          ask(simulation, "a");
          pause(simulation, 100);
          ask(simulation, "a");
          ask(simulation, "a");
          simulation.eventually("all", Duration.ofSeconds(9), () -> answers.size() == 3);
          assertThat(answers).containsExactly("a8", "no answer", "no answer");
        });
  }

  @Test
  void whenTheOneWhoAsksIsInterruptedAnotherAsks() {
    Simulation.run(
        1,
        simulation -> {
          ask(simulation, "a");
          pause(simulation, 100);
          Thread second = ask(simulation, "a");
          pause(simulation, 1);
          ask(simulation, "a");
          pause(simulation, 1100);
          second.interrupt();
          simulation.eventually("all", Duration.ofSeconds(9), () -> answers.size() == 3);
          assertThat(answers).contains("a1", "interrupted", "a3");
        });
  }
}
