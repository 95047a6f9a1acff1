package dev.capstan.e2e.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DamageTest {

  private static Stream<Step> damages(long from, long to, String... deeds) {
    List<Step> all = Stream.of(deeds).map(Step::parse).toList();
    return LongStream.range(from, to)
        .boxed()
        .flatMap(seed -> new Damage(seed, 3, 1).steps(all).stream())
        .filter(step -> step.verb() == Verb.VALUE_DAMAGED);
  }

  private static Set<String> ends(String kind, String... deeds) {
    return damages(0, 100, deeds)
        .filter(step -> step.text(Argument.KIND).equals(kind))
        .map(step -> step.text(Argument.END))
        .collect(Collectors.toSet());
  }

  @Test
  void everyFourthScenarioHasDamagesAndNoOther() {
    LongStream.rangeClosed(1, 200)
        .forEach(seed ->
            assertThat(Scenarios.of(seed).faults())
                .as("seed %d", seed)
                .matches(faults ->
                    faults.stream().anyMatch(step -> step.verb() == Verb.VALUE_DAMAGED)
                        == (seed % 4 == 2)));
  }

  @Test
  void itBeginsAboutWhenSomebodyDoesSomething() {
    assertThat(damages(0, 20, "3s scale user=a name=d0 replicas=2"))
        .isNotEmpty()
        .allMatch(step -> step.at().toMillis() >= 3_000 && step.at().toMillis() < 8_000);
  }

  @Test
  void allThatControllersDecideOnIsDamaged() {
    assertThat(damages(0, 100, "3s pause user=a name=d0").map(step -> step.text(Argument.KIND)))
        .contains("pod", "replicaset", "node", "deployment");
  }

  @Test
  void whatNobodyMakesAnewIsMended() {
    String scale = "3s scale user=a name=d0 replicas=2";
    assertThat(ends("pod", scale)).containsOnly("mended", "deleted");
    assertThat(ends("deployment", scale)).containsOnly("mended");
    assertThat(ends("replicaset", scale)).containsOnly("mended", "deleted");
    assertThat(ends("replicaset", scale, "5s rollback user=a name=d0")).containsOnly("mended");
    assertThat(ends("node", scale)).containsOnly("mended", "deleted");
    assertThat(ends("node", scale, "5s cordon user=a node=1")).containsOnly("mended");
  }

  @Test
  void sometimesAPodIsWrittenWhileItsKubeletHearsNothing() {
    List<Step> deeds = List.of(Step.parse("1s deploy user=a name=d0 replicas=2"));
    List<Step> steps =
        LongStream.range(0, 20)
            .mapToObj(seed -> new Damage(seed, 1, 0).steps(deeds))
            .filter(all -> all.stream().anyMatch(step -> step.verb() == Verb.READS_FAIL))
            .findFirst()
            .orElseThrow();
    assertThat(steps.stream().map(Step::toString))
        .filteredOn(step -> step.startsWith("2.500s") || step.startsWith("1.000s"))
        .satisfiesExactlyInAnyOrder(
            step -> assertThat(step).startsWith("1.000s start-hangs node=0 for="),
            step -> assertThat(step).startsWith("1.000s start-hangs node=0 for="),
            step -> assertThat(step).startsWith("2.500s watch-lags on=kubelet-0 for="),
            step -> assertThat(step).startsWith("2.500s reads-fail on=kubelet-0 code=data-loss"));
  }
}
