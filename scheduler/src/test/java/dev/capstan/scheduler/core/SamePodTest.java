package dev.capstan.scheduler.core;

import static dev.capstan.scheduler.core.Fixtures.bound;
import static dev.capstan.scheduler.core.Fixtures.inPhase;
import static dev.capstan.scheduler.core.Fixtures.ownedBy;
import static dev.capstan.scheduler.core.Fixtures.pod;
import static dev.capstan.scheduler.core.Fixtures.selecting;
import static dev.capstan.scheduler.core.Fixtures.tolerating;
import static dev.capstan.scheduler.core.Fixtures.withHostPort;
import static dev.capstan.scheduler.core.Fixtures.withPriority;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.Pod;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which changes of a pod the scheduler does not look at. */
class SamePodTest {

  private final Pod pod = ownedBy(pod("p", "100m", "64Mi"), "rs");

  private static Pod changed(Pod pod, Consumer<Pod.Builder> change) {
    Pod.Builder builder = pod.toBuilder();
    change.accept(builder);
    return builder.build();
  }

  @Test
  void aStatusSaysNothingAboutWhereAPodFits() {
    Pod running =
        changed(
            inPhase(pod, "Running"),
            p -> {
              p.getMetadataBuilder().setResourceVersion("9").putLabels("app", "web");
              p.getStatusBuilder().setPodIp("10.0.0.7").addConditionsBuilder().setType("Ready");
            });
    assertThat(SchedulingCore.isSame(pod, running)).isTrue();
  }

  @Test
  void whatDecidesWhereAPodFitsIsLookedAt() {
    List<Pod> others =
        List.of(
            bound(pod, "n1"),
            inPhase(pod, "Succeeded"),
            inPhase(pod, "Failed"),
            selecting(pod, "disk", "ssd"),
            tolerating(pod, "gpu"),
            withHostPort(pod, 80),
            withPriority(pod, 5),
            ownedBy(pod("p", "100m", "64Mi"), "another"),
            ownedBy(pod("p", "200m", "64Mi"), "rs"),
            changed(pod, p -> p.getMetadataBuilder().setUid("another")),
            changed(
                pod,
                p -> p.getMetadataBuilder().setDeletionTimestamp(Timestamp.getDefaultInstance())));
    assertThat(others).noneMatch(other -> SchedulingCore.isSame(pod, other));
  }
}
