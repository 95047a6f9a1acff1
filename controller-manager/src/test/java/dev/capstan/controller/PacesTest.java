package dev.capstan.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetSpec;
import dev.capstan.api.v1.ReplicaSetStatus;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.cache.Change;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PacesTest {

  private static final ObjectKey KEY = new ObjectKey("default", "web");

  private static ReplicaSet set(int replicas, long generation, long observed, int ready) {
    return ReplicaSet.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setName("web")
                .setGeneration(generation)
                .setResourceVersion(String.valueOf(100 + ready)))
        .setSpec(ReplicaSetSpec.newBuilder().setReplicas(replicas))
        .setStatus(
            ReplicaSetStatus.newBuilder().setObservedGeneration(observed).setReadyReplicas(ready))
        .build();
  }

  private static Duration after(@Nullable ReplicaSet before, @Nullable ReplicaSet after) {
    return Paces.afterReplicaSet(new Change<>(KEY, before, after), KEY);
  }

  @Test
  void countsOfALargeSetCanWait() {
    assertThat(after(set(1000, 1, 1, 10), set(1000, 1, 1, 20))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void smallSetsAreLookedAtAtOnce() {
    assertThat(after(set(200, 1, 1, 10), set(200, 1, 1, 20))).isZero();
  }

  @Test
  void whatUsersAskForIsDoneAtOnce() {
    assertThat(after(set(1000, 1, 1, 10), set(2000, 2, 1, 10))).isZero();
    assertThat(after(null, set(2000, 2, 1, 10))).isZero();
    assertThat(after(set(2000, 2, 1, 10), null)).isZero();
  }

  @Test
  void aRolloutHearsAtOnceThatASizeIsTakenNoteOf() {
    assertThat(after(set(2000, 2, 1, 10), set(2000, 2, 2, 10))).isZero();
  }

  @Test
  void noSetWaitsForLongerThanHalfASecond() {
    assertThat(Paces.of(1_000_000)).isEqualTo(Duration.ofMillis(500));
  }
}
