package dev.capstan.e2e.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DoubtTest {

  private static final Set<Verb> OF_DOUBT =
      EnumSet.of(Verb.OBJECT_HIDDEN, Verb.READS_FAIL, Verb.ENGINE_AWAY, Verb.ENGINE_LOOK_FAILS);

  private static List<Verb> faults(long seed) {
    return Scenarios.of(seed).faults().stream().map(Step::verb).toList();
  }

  @Test
  void everyFourthScenarioIsInDoubtAndNoOther() {
    Set<Verb> seen =
        LongStream.rangeClosed(1, 200)
            .filter(seed -> seed % Doubt.EVERY == 0)
            .boxed()
            .flatMap(seed -> faults(seed).stream())
            .filter(OF_DOUBT::contains)
            .collect(Collectors.toSet());
    assertThat(seen).isEqualTo(OF_DOUBT);
    LongStream.rangeClosed(1, 200)
        .filter(seed -> seed % Doubt.EVERY != 0)
        .forEach(seed ->
            assertThat(faults(seed))
                .filteredOn(verb -> verb != Verb.READS_FAIL || !Damage.strikes(seed))
                .doesNotContainAnyElementsOf(OF_DOUBT));
  }

  @Test
  void everyNamespaceThatGoesIsReadInVain() {
    List<Step> deeds =
        List.of(Step.parse("3s clear user=ada"), Step.parse("9s pause user=ada name=d0"));
    LongStream.range(0, 20)
        .forEach(seed ->
            assertThat(new Doubt(seed, 2, 0).steps(deeds))
                .anyMatch(
                    step -> step.toString().startsWith("3.000s reads-fail on=controllers-0")));
  }

  @Test
  void aNamespaceThatGoesCannotBeReadByTheControllers() {
    List<Step> deeds = List.of(Step.parse("3s clear user=ada"));
    List<Step> failing =
        LongStream.range(0, 20)
            .boxed()
            .flatMap(seed -> new Doubt(seed, 2, 1).steps(deeds).stream())
            .filter(step -> step.verb() == Verb.READS_FAIL)
            .toList();
    assertThat(failing)
        .isNotEmpty()
        .allMatch(step -> step.text(Argument.ON).startsWith("controllers-"))
        .allMatch(step -> step.toString().startsWith("3.000s"));
  }
}
