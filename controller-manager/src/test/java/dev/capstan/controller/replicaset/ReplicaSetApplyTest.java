package dev.capstan.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.model.ModelCluster;
import dev.capstan.controller.model.Things;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicaSetApplyTest {

  private final ModelCluster cluster = new ModelCluster();
  private final ReplicaSet set = cluster.put(ObjectType.REPLICA_SET, Things.replicaSet("web", 30));
  private final ReplicaSetApply apply = new ReplicaSetApply(cluster, new PodMaker(new Random(1)));

  private List<Pod> pods() {
    return cluster.state().all(ObjectType.POD);
  }

  private Optional<ReplicaSetStatuses.Failure> create(int count) throws InterruptedException {
    return apply.apply(set, List.of(new ReplicaSetAction.CreatePods(count)));
  }

  @Test
  void podsAreNamedAfterTheReplicaSetAndOwnedByIt() throws InterruptedException {
    create(1);
    Pod pod = pods().getFirst();
    assertThat(pod.getMetadata().getName()).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
    assertThat(pod.getMetadata().getLabelsMap()).containsEntry("app", "web");
    var owner = pod.getMetadata().getOwnerReferences(0);
    assertThat(owner.getUid()).isEqualTo(set.getMetadata().getUid());
    assertThat(owner.getController()).isTrue();
    assertThat(owner.getBlockOwnerDeletion()).isTrue();
  }

  @Test
  void aLongNameLeavesRoomForTheSuffixInAHostName() throws InterruptedException {
    ReplicaSet longNamed = Things.replicaSet("w".repeat(80), 1);
    apply.apply(longNamed, List.of(new ReplicaSetAction.CreatePods(1)));
    assertThat(pods().getFirst().getMetadata().getName()).hasSize(63);
  }

  @Test
  void eachOfAFewPodsIsAnEventAndOfManyTheLastCountsTheRest() throws InterruptedException {
    create(2);
    assertThat(cluster.events())
        .hasSize(2)
        .allMatch(e -> e.startsWith("SuccessfulCreate: Created pod: web-"));
    cluster.events().clear();
    create(30);
    assertThat(cluster.events()).hasSize(11);
    assertThat(cluster.events().getLast()).isEqualTo("SuccessfulCreate: Created 20 more pods");
  }

  @Test
  void whenTheServerRefusesOneTryIsEnough() throws InterruptedException {
    cluster.refuseCreations("quota exceeded");
    long before = cluster.writes();
    assertThat(create(30))
        .contains(new ReplicaSetStatuses.Failure("FailedCreate", "quota exceeded"));
    assertThat(cluster.writes() - before).isEqualTo(1);
    assertThat(cluster.events()).containsExactly("FailedCreate: Error creating: quota exceeded");
  }

  @Test
  void afterAnUnknownOutcomeTheSameNamesAreTriedAgain() throws InterruptedException {
    cluster.crashAfter(5); // In the third batch: some of it has happened.
    assertThatThrownBy(() -> create(30)).isInstanceOf(ModelCluster.Crash.class);
    assertThat(pods()).hasSize(5);
    cluster.crashAfter(Long.MAX_VALUE);
    // Decided on a cache that has seen the first two batches only.
    create(27);
    assertThat(pods()).hasSize(30);
  }

  @Test
  void aReplicaSetThatIsGoneByNowAdoptsNothing() throws InterruptedException {
    Pod.Builder orphan = Things.pod(set, "a").toBuilder();
    orphan.getMetadataBuilder().clearOwnerReferences();
    Pod stored = cluster.put(ObjectType.POD, orphan.build());
    ReplicaSet.Builder going = set.toBuilder();
    going.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(cluster.now()));
    cluster.put(ObjectType.REPLICA_SET, going.build());
    apply.apply(set, List.of(new ReplicaSetAction.Adopt(stored)));
    assertThat(pods().getFirst().getMetadata().getOwnerReferencesList()).isEmpty();
  }

  @Test
  void adoptionAndReleaseChangeOnlyTheReference() throws InterruptedException {
    Pod.Builder orphan = Things.pod(set, "a").toBuilder();
    orphan.getMetadataBuilder().clearOwnerReferences();
    Pod stored = cluster.put(ObjectType.POD, orphan.build());
    apply.apply(set, List.of(new ReplicaSetAction.Adopt(stored)));
    Pod adopted = pods().getFirst();
    assertThat(adopted.getMetadata().getOwnerReferences(0).getUid())
        .isEqualTo(set.getMetadata().getUid());
    apply.apply(set, List.of(new ReplicaSetAction.Release(adopted)));
    Pod released = pods().getFirst();
    assertThat(released.getMetadata().getOwnerReferencesList()).isEmpty();
    assertThat(released.getSpec()).isEqualTo(stored.getSpec());
  }

  @Test
  void aPodOfTheSameNameButAnotherUidIsNotDeleted() throws InterruptedException {
    Pod old = cluster.put(ObjectType.POD, Things.pod(set, "a"));
    cluster.remove(ObjectType.POD, ObjectType.POD.key(old));
    Pod.Builder fresh = old.toBuilder();
    fresh.getMetadataBuilder().setUid("another");
    cluster.put(ObjectType.POD, fresh.build());
    apply.apply(set, List.of(new ReplicaSetAction.DeletePods(List.of(old))));
    assertThat(pods()).hasSize(1);
    assertThat(pods().getFirst().getMetadata().hasDeletionTimestamp()).isFalse();
  }
}
