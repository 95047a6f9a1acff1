package dev.capstan.e2e.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrapTest {

  private static List<String> faults(long seed, Theme theme, int nodes, String... deeds) {
    List<Step> steps = Stream.of(deeds).map(Step::parse).toList();
    return new Trap(seed, theme, nodes, 1).steps(steps).stream().map(Step::toString).toList();
  }

  @Test
  void bindingsWaitForTheMachineToGo() {
    List<String> faults =
        faults(
            1,
            Theme.MACHINES,
            3,
            "1s scale user=a name=d0 replicas=4",
            "1.2s rejoin user=a node=1");
    assertThat(faults)
        .hasSize(6)
        .allMatch(fault -> fault.startsWith("0.999s call-held on=scheduler-"))
        .allMatch(fault -> fault.contains("call=bind until=gone"))
        .anyMatch(fault -> fault.contains("scheduler-0"))
        .anyMatch(fault -> fault.contains("scheduler-1"));
  }

  @Test
  void reasonsWaitWhereThereIsHardlyAnotherMachine() {
    assertThat(faults(1, Theme.MACHINES, 1, "1.2s rejoin user=a node=0"))
        .hasSize(6)
        .allMatch(fault -> fault.contains("call=status until=changed"));
  }

  @Test
  void onlyLargePodsAreMadeAnewUnseen() {
    Function<Integer, Stream<String>> found =
        cpu ->
            LongStream.range(0, 10)
                .boxed()
                .flatMap(seed ->
                    faults(
                        seed,
                        Theme.PODS,
                        1,
                        "1s pod user=a name=p cpu=" + cpu,
                        "2s repod user=a name=p cpu=100")
                        .stream());
    assertThat(found.apply(2000))
        .isNotEmpty()
        .allMatch(fault -> fault.matches("1.999s watch-misses on=scheduler-[01] deed=repod .*"));
    assertThat(found.apply(100)).isEmpty();
  }

  @Test
  void theSuccessorHasSeenThePodsAndNotThatAMachineTakesNoMore() {
    String pods = "1s scale user=a name=d0 replicas=10";
    for (String deed : List.of("cordon", "drain")) {
      List<String> faults = faults(1, Theme.ANYTHING, 2, pods, "3s " + deed + " user=a node=1");
      assertThat(faults)
          .hasSize(3)
          .anyMatch(fault -> fault.startsWith("0.999s leader-sleeps service=scheduler for="))
          .anyMatch(fault -> fault.startsWith("2.999s watch-lags on=scheduler-0 for="))
          .anyMatch(fault -> fault.startsWith("2.999s watch-lags on=scheduler-1 for="));
    }
    assertThat(faults(1, Theme.ANYTHING, 2, pods, "9s cordon user=a node=1")).isEmpty();
    assertThat(faults(1, Theme.ANYTHING, 2, pods, "3s cordon user=b node=1")).isEmpty();
  }

  @Test
  void otherScenariosStayAsTheyAre() {
    String[] deeds = {"1s scale user=a name=d0 replicas=4", "1.2s rejoin user=a node=1"};
    assertThat(faults(1, Theme.ANYTHING, 2, deeds)).isEmpty();
    assertThat(faults(1, Theme.HASTE, 2, deeds)).isEmpty();
  }
}
