package dev.capstan.e2e.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {

  private static final String HEAD = "seed 1\nnodes 2\n";

  @Test
  void whatIsWrittenIsReadAgain() {
    for (long seed = 1; seed <= 200; seed++) {
      Scenario scenario = Scenarios.of(seed);
      assertThat(Scenario.parse("it", scenario.text())).isEqualTo(scenario);
    }
  }

  @Test
  void commentsAndEmptyLinesAreSkipped() {
    String text = "# a story\n\nseed 1 # any\nnodes 2\n1s uncordon user=ada node=1 # done\n";
    assertThat(Scenario.parse("it", text).steps()).hasSize(1);
  }

  @Test
  void stepsComeInTheOrderOfTheirTimes() {
    String text = HEAD + "2s cordon user=ada node=1\n1s uncordon user=ada node=1\n";
    assertThat(Scenario.parse("it", text).steps())
        .extracting(Step::verb)
        .containsExactly(Verb.UNCORDON, Verb.CORDON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1s walk user=ada                 | it:3: 'walk' is no verb",
        "soon scale user=ada              | it:3: 'soon scale user=ada': expected",
        "1x scale user=ada                | it:3: expected a time and a verb",
        "1s scale user=ada name=d0        | it:3: scale needs replicas=",
        "1s cordon user=ada node=two      | it:3: node=two: must be a number from 0 to 49",
        "1s cordon user=ada node=7        | it: '1.000s cordon user=ada node=7': there are 2 nodes",
        "1s cordon user=ada node=1 cpu=5  | it:3: cordon does not take cpu",
        "1s cordon user=ada node=1 node=1 | it:3: node is said twice",
        "1s cordon user=ada node          | it:3: 'node': expected argument=value",
        "1s cordon user=ada size=1        | it:3: 'size' is no argument of any verb",
        "1s crash on=etcd for=1s          | it:3: on=etcd: must be a process",
        "1s reply-lost on=users call=say  | it:3: call=say: must be bind, create, delete",
        "1s commit-slow for=1s call=patch | it:3: commit-slow does not take call",
        "1s call-held on=users            | it:3: call-held needs for=",
        "1s crash on=users for=forever    | it:3: for=forever: must be a time",
        "1s repod user=a name=p cpu=1 force=now | it:3: force=now: must be a time",
        "1s call-held on=users call=fax until=gone for=1s | it:3: call=fax: must be bind, create",
        "1s call-held on=users call=bind until=soon for=1s | it:3: until=soon: must be changed,",
        "1s watch-misses on=users deed=walk for=1s  | it:3: 'walk' is no verb",
        "1s watch-misses on=users deed=crash for=1s | it:3: deed=crash: is nothing that users do",
        "seed 2                           | it:3: seed is said twice",
        "standby many                     | it:3: standby many: must be a whole number",
        "standby 2                        | it: standby 2: must be 0 or 1",
      })
  void whatMakesNoSenseIsSaidWithItsLine(String line, String message) {
    assertThatThrownBy(() -> Scenario.parse("it", HEAD + line + "\n"))
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aScenarioNeedsASeedAndNodes() {
    assertThatThrownBy(() -> Scenario.parse("it", "nodes 1\n"))
        .hasMessage("it: there is no line 'seed N'");
    assertThatThrownBy(() -> Scenario.parse("it", "seed 1\nnodes 99\n"))
        .hasMessage("it: nodes 99: must be from 1 to 50");
  }
}
