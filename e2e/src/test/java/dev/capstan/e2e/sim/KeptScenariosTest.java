package dev.capstan.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.e2e.sim.scenario.KeptScenarios;
import org.junit.jupiter.api.Test;

class KeptScenariosTest {

  @Test
  void everythingHoldsInWhatOnceFailed() {
    assertThat(KeptScenarios.all()).isNotEmpty();
    assertThat(KeptScenarios.all())
        .allSatisfy(scenario -> assertThat(Verdict.of(scenario, false).failure()).isNull());
  }
}
