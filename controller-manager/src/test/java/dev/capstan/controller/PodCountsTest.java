package dev.capstan.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import dev.capstan.controller.model.Things;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PodCountsTest {

  /** A pod in one of four states with one of three labels. */
  private static Pod pod(int kind) {
    Pod plain = Things.pod(Things.replicaSet("web", 1), "a");
    Pod.Builder pod =
        switch (kind / 3) {
          case 1 -> Things.ready(plain, Things.START).toBuilder();
          case 2 -> Things.going(plain).toBuilder();
          default -> plain.toBuilder();
        };
    if (kind / 3 == 3) {
      pod.getStatusBuilder().setPhase("Succeeded");
    }
    pod.getMetadataBuilder().putLabels("app", "app-" + kind % 3);
    return pod.build();
  }

  private static PodCounts sum(List<Pod> pods) {
    return pods.stream().map(PodCounts::of).reduce(PodCounts.NONE, PodCounts::plus);
  }

  @Property(tries = 300)
  void howAPodCameAndWhoLeftBeforeLeavesNoTrace(
      @ForAll @Size(max = 20) List<@IntRange(max = 11) Integer> stay,
      @ForAll @Size(max = 20) List<@IntRange(max = 11) Integer> leave) {
    List<Pod> staying = stay.stream().map(PodCountsTest::pod).toList();
    List<Pod> leaving = leave.stream().map(PodCountsTest::pod).toList();
    PodCounts expected = sum(staying);
    List<Pod> all = new ArrayList<>(leaving);
    all.addAll(staying.reversed());
    PodCounts rest = sum(all);
    for (Pod pod : leaving) {
      rest = rest.minus(PodCounts.of(pod));
    }
    assertThat(rest).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(rest.minus(expected)).isEqualTo(PodCounts.NONE);
    IntStream.range(0, 3)
        .forEach(i -> {
          String app = "app-" + i;
          PodCount counted =
              staying.stream()
                  .filter(pod -> pod.getMetadata().getLabelsOrThrow("app").equals(app))
                  .map(PodCount::of)
                  .reduce(PodCount.NONE, PodCount::plus);
          assertThat(expected.where(labels -> app.equals(labels.get("app")))).isEqualTo(counted);
        });
  }
}
