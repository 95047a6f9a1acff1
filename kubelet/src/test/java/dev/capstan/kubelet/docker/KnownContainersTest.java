package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownContainersTest {

  private static final ContainerRef REF = new ContainerRef("default", "web-0", "uid", "web", 0);

  /** What a test does with memory of an engine whose events are heard. */
  private interface Body {
    void run(KnownContainers known, Simulation simulation) throws Exception;
  }

  private static void listening(Body body) {
    Simulation.run(
        1,
        simulation -> {
          KnownContainers known = new KnownContainers(simulation.seam().clock());
          known.listen();
          body.run(known, simulation);
        });
  }

  private static ContainerView view(State state) {
    return new ContainerView(
        "id", REF, state, "d", 0, "10.0.0.2", "i", "", null, null, 0, false, "");
  }

  private static ContainerSummary summary(String id, boolean running, boolean renamed) {
    return new ContainerSummary(id, REF, running, renamed, "10.0.0.2");
  }

  private static void makes(KnownContainers known) {
    known.made(known.look(REF), view(State.CREATED));
    assertThat(known.find(REF)).contains(view(State.CREATED));
  }

  private static void seesRunning(KnownContainers known) {
    known.saw(known.look(REF), view(State.RUNNING));
    assertThat(known.find(REF)).contains(view(State.RUNNING));
  }

  @Test
  void whatWasMadeIsKnownOnceToTheOneWhoStartsIt() {
    listening((known, simulation) -> {
      makes(known);
      assertThat(known.take(REF)).contains(view(State.CREATED));
      assertThat(known.take(REF)).isEmpty();
    });
  }

  @Test
  void aStartByOthersIsNoticed() {
    listening((known, simulation) -> {
      makes(known);
      known.started(REF);
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void aStartByOthersDuringTheCreationIsNoticed() {
    listening((known, simulation) -> {
      KnownContainers.Look look = known.look(REF);
      known.started(REF);
      known.made(look, view(State.CREATED));
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void theEventOfItsStartDoesNotHideThatItRuns() {
    listening((known, simulation) -> {
      KnownContainers.Look look = known.look(REF);
      known.started(REF);
      known.saw(look, view(State.RUNNING));
      known.started(REF);
      assertThat(known.find(REF)).contains(view(State.RUNNING));
    });
  }

  @Test
  void anEndEndsTheKnowledge() {
    listening((known, simulation) -> {
      seesRunning(known);
      known.forget(REF);
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void anEndThatIsHeardBeforeTheAnswerIsNotForgotten() {
    listening((known, simulation) -> {
      KnownContainers.Look look = known.look(REF);
      known.forget(REF);
      known.saw(look, view(State.RUNNING));
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void ofTwoLooksTheOneThatBeganLastCounts() {
    listening((known, simulation) -> {
      KnownContainers.Look first = known.look(REF);
      KnownContainers.Look second = known.look(REF);
      known.saw(second, view(State.ENDED));
      known.saw(first, view(State.RUNNING));
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void aContainerThatWasFoundCreatedIsAskedForAgain() {
    listening((known, simulation) -> {
      known.saw(known.look(REF), view(State.CREATED));
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void nothingIsKnownForLong() {
    listening((known, simulation) -> {
      seesRunning(known);
      simulation.seam().clock().sleep(Duration.ofSeconds(6));
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void nothingIsKnownWithoutEvents() {
    listening((known, simulation) -> {
      seesRunning(known);
      KnownContainers.Look look = known.look(REF);
      known.stopListening();
      known.saw(look, view(State.RUNNING));
      assertThat(known.find(REF)).isEmpty();
      known.saw(known.look(REF), view(State.RUNNING));
      assertThat(known.find(REF)).isEmpty();
      known.listen();
      assertThat(known.find(REF)).isEmpty();
    });
  }

  @Test
  void aListThatSaysOtherwiseIsBelieved() {
    listening((known, simulation) -> {
      for (List<ContainerSummary> other :
          List.of(
              List.<ContainerSummary>of(),
              List.of(summary("id", false, false)),
              List.of(summary("id", true, true)),
              List.of(summary("another", true, false)))) {
        seesRunning(known);
        known.compare(List.of(summary("id", true, false)));
        assertThat(known.find(REF)).isPresent();
        known.compare(other);
        assertThat(known.find(REF)).as("%s", other).isEmpty();
      }
    });
  }

  @Test
  void aListIsBelievedBeforeAnAnswerThatIsStillToCome() {
    listening((known, simulation) -> {
      KnownContainers.Look look = known.look(REF);
      known.compare(List.of(summary("id", false, false)));
      known.saw(look, view(State.RUNNING));
      assertThat(known.find(REF)).isEmpty();
    });
  }
}
