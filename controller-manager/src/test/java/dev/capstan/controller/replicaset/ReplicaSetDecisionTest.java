package dev.capstan.controller.replicaset;

import static dev.capstan.controller.model.Things.START;
import static dev.capstan.controller.model.Things.going;
import static dev.capstan.controller.model.Things.pod;
import static dev.capstan.controller.model.Things.ready;
import static dev.capstan.controller.model.Things.replicaSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ReplicaSetStatus;
import dev.capstan.controller.ManagedPods;
import dev.capstan.controller.Owners;
import dev.capstan.controller.replicaset.ReplicaSetAction.Adopt;
import dev.capstan.controller.replicaset.ReplicaSetAction.CreatePods;
import dev.capstan.controller.replicaset.ReplicaSetAction.DeletePods;
import dev.capstan.controller.replicaset.ReplicaSetAction.LookAgain;
import dev.capstan.controller.replicaset.ReplicaSetAction.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplicaSetDecisionTest {

  private static final Instant NOW = START.plusSeconds(100);
  private static final ReplicaSet SET = replicaSet("web", 3);

  private static List<ReplicaSetAction> decide(ReplicaSet set, Pod... pods) {
    return ReplicaSetDecision.decide(world(set, pods), NOW);
  }

  private static ReplicaSetWorld world(ReplicaSet set, Pod... pods) {
    List<Pod> managed = new ArrayList<>(List.of(pods));
    managed.removeIf(pod -> !isManaged(set, pod));
    List<Pod> others = new ArrayList<>(List.of(pods));
    others.removeIf(pod -> isManaged(set, pod));
    return ReplicaSetWorld.of(set, ManagedPods.of(managed), others, () -> List.of(pods), false);
  }

  private static boolean isManaged(ReplicaSet set, Pod pod) {
    return Owners.controllerUid(pod.getMetadata()).equals(set.getMetadata().getUid());
  }

  private static Pod change(Pod pod, Consumer<Pod.Builder> change) {
    Pod.Builder fresh = pod.toBuilder();
    change.accept(fresh);
    return fresh.build();
  }

  private static Pod orphan(String name) {
    return change(pod(SET, name), each -> each.getMetadataBuilder().clearOwnerReferences());
  }

  @Test
  void missingPodsAreMade() {
    assertThat(decide(SET, pod(SET, "a"))).containsExactly(new CreatePods(2));
  }

  @Test
  void noMoreThanFiveHundredAtOnce() {
    assertThat(decide(replicaSet("web", 1000))).containsExactly(new CreatePods(500));
  }

  @Test
  void terminalAndGoingPodsDoNotCountAndAreLeftAlone() {
    Pod failed = change(pod(SET, "a"), each -> each.getStatusBuilder().setPhase("Failed"));
    Pod done = change(pod(SET, "b"), each -> each.getStatusBuilder().setPhase("Succeeded"));
    assertThat(decide(SET, failed, done, going(pod(SET, "c")))).containsExactly(new CreatePods(3));
  }

  @Test
  void enoughIsEnough() {
    assertThat(decide(SET, pod(SET, "a"), pod(SET, "b"), pod(SET, "c"))).isEmpty();
  }

  @Test
  void aReplicaSetThatIsGoingDoesNothingForItsPods() {
    ReplicaSet.Builder goingSet = SET.toBuilder();
    goingSet.getMetadataBuilder().setDeletionTimestamp(ApiTimes.of(NOW));
    assertThat(decide(goingSet.build(), pod(SET, "a"))).isEmpty();
    assertThat(decide(goingSet.build(), orphan("a"))).isEmpty();
  }

  @Test
  void nothingIsMadeInANamespaceThatIsGoing() {
    ReplicaSetWorld going = ReplicaSetWorld.of(SET, ManagedPods.NONE, List.of(), List::of, true);
    assertThat(ReplicaSetDecision.decide(going, NOW)).isEmpty();
  }

  @Test
  void anOrphanThatFitsIsAdoptedBeforeAnythingIsCounted() {
    assertThat(decide(SET, orphan("a"))).containsExactly(new Adopt(orphan("a")));
  }

  @Test
  void anOrphanThatIsGoingOrDoneIsNotAdopted() {
    Pod done = change(orphan("b"), each -> each.getStatusBuilder().setPhase("Succeeded"));
    assertThat(decide(SET, going(orphan("a")), done)).containsExactly(new CreatePods(3));
  }

  @Test
  void aPodThatIsNotSelectedAnyMoreIsReleasedAndReplaced() {
    Pod stranger = change(pod(SET, "a"), each -> each.getMetadataBuilder().putLabels("app", "x"));
    assertThat(decide(SET, stranger)).containsExactly(new Release(stranger), new CreatePods(3));
  }

  @Test
  void anothersPodIsLeftAlone() {
    assertThat(decide(SET, pod(replicaSet("other", 1), "a"))).containsExactly(new CreatePods(3));
  }

  @Test
  void timeAloneMakesAPodAvailable() {
    ReplicaSet.Builder patient = SET.toBuilder();
    patient.getSpecBuilder().setReplicas(1).setMinReadySeconds(30);
    assertThat(decide(patient.build(), ready(pod(SET, "a"), NOW.minusSeconds(10))))
        .containsExactly(new LookAgain(Duration.ofSeconds(20)));
  }

  /** From the most expendable to the dearest, each better than the one before in one point only. */
  private static List<Pod> ladder() {
    Pod running = pod(SET, "ready-long");
    Pod best =
        change(
            ready(running, START),
            each ->
                each.getMetadataBuilder()
                    .setCreationTimestamp(ApiTimes.of(START.minusSeconds(99))));
    Pod newer =
        rename(
            best,
            "newer",
            each -> each.getMetadataBuilder().setCreationTimestamp(ApiTimes.of(START)));
    Pod restarted =
        rename(
            best,
            "restarted",
            each ->
                each.getStatusBuilder()
                    .addContainerStatuses(ContainerStatus.newBuilder().setRestartCount(1)));
    Pod younger = rename(ready(best, START.plusSeconds(5)), "younger", each -> {});
    Pod doubled = rename(best, "doubled", each -> each.getSpecBuilder().setNodeName("node-2"));
    Pod cheap =
        rename(
            best,
            "cheap",
            each ->
                each.getMetadataBuilder()
                    .putAnnotations("controller.kubernetes.io/pod-deletion-cost", "-1"));
    Pod soon = rename(ready(best, NOW.minusSeconds(1)), "not-yet-available", each -> {});
    Pod unready = rename(best, "not-ready", each -> each.getStatusBuilder().clearConditions());
    Pod unknown = rename(unready, "unknown", each -> each.getStatusBuilder().setPhase("Unknown"));
    Pod pending = rename(unready, "pending", each -> each.getStatusBuilder().setPhase("Pending"));
    Pod unassigned = rename(pending, "unassigned", each -> each.getSpecBuilder().clearNodeName());
    return List.of(
        unassigned,
        pending,
        unknown,
        unready,
        soon,
        cheap,
        doubled,
        younger,
        restarted,
        newer,
        best);
  }

  private static Pod rename(Pod pod, String name, Consumer<Pod.Builder> change) {
    return change(
        change(pod, each -> each.getMetadataBuilder().setName(name).setUid(name)), change);
  }

  @Test
  void surplusPodsGoInKubernetesOrder() {
    List<Pod> expected = ladder();
    List<Pod> related = new ArrayList<>(expected);
    for (int i = 0; i < 20; i++) {
      Pod.Builder neighbour = pod(SET, "neighbour-" + i).toBuilder();
      neighbour.getSpecBuilder().setNodeName("node-2");
      related.add(neighbour.build());
    }
    for (int seed = 0; seed < 20; seed++) {
      List<Pod> shuffled = new ArrayList<>(expected);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(PodRanking.rank(shuffled, related, 3, NOW))
          .extracting(pod -> pod.getMetadata().getName())
          .containsExactlyElementsOf(
              expected.stream().map(pod -> pod.getMetadata().getName()).toList());
    }
  }

  @Test
  void onlyTheSurplusIsDeleted() {
    Pod old = ready(pod(SET, "a"), START);
    Pod unready = pod(SET, "b");
    Pod alsoOld = ready(pod(SET, "c"), START);
    Pod young = ready(pod(SET, "d"), START.plusSeconds(50));
    ReplicaSet.Builder two = SET.toBuilder();
    two.getSpecBuilder().setReplicas(2);
    assertThat(decide(two.build(), old, unready, alsoOld, young))
        .containsExactly(new DeletePods(List.of(unready, young)));
  }

  @Test
  void theStatusCountsWhatCounts() {
    ReplicaSet.Builder patient = SET.toBuilder();
    patient.getSpecBuilder().setMinReadySeconds(30);
    patient.getSpecBuilder().getTemplateBuilder().getMetadataBuilder().putLabels("tier", "front");
    Pod labelled =
        change(pod(SET, "d"), each -> each.getMetadataBuilder().putLabels("tier", "front"));
    ReplicaSetStatus status =
        ReplicaSetStatuses.decide(
                world(
                    patient.build(),
                    ready(pod(SET, "a"), NOW.minusSeconds(30)),
                    ready(pod(SET, "b"), NOW.minusSeconds(29)),
                    going(ready(pod(SET, "c"), START)),
                    labelled),
                Optional.empty(),
                NOW)
            .orElseThrow();
    assertThat(status)
        .isEqualTo(
            ReplicaSetStatus.newBuilder()
                .setReplicas(3)
                .setFullyLabeledReplicas(1)
                .setReadyReplicas(2)
                .setAvailableReplicas(1)
                .setObservedGeneration(1)
                .build());
  }

  @Test
  void aStatusThatSaysNothingNewIsNotWritten() {
    ReplicaSetStatus status =
        ReplicaSetStatuses.decide(world(SET), Optional.empty(), NOW).orElseThrow();
    ReplicaSet stored = SET.toBuilder().setStatus(status).build();
    assertThat(ReplicaSetStatuses.decide(world(stored), Optional.empty(), NOW)).isEmpty();
  }

  @Test
  void aFailureIsSaidOnceAndTakenBackWhenItIsOver() {
    var failure = Optional.of(new ReplicaSetStatuses.Failure("FailedCreate", "quota"));
    ReplicaSetStatus failed = ReplicaSetStatuses.decide(world(SET), failure, NOW).orElseThrow();
    assertThat(failed.getConditionsList())
        .extracting(c -> c.getType() + c.getStatus() + c.getReason() + c.getMessage())
        .containsExactly("ReplicaFailureTrueFailedCreatequota");
    ReplicaSet stored = SET.toBuilder().setStatus(failed).build();
    assertThat(ReplicaSetStatuses.decide(world(stored), failure, NOW.plusSeconds(9))).isEmpty();
    ReplicaSetStatus over =
        ReplicaSetStatuses.decide(world(stored), Optional.empty(), NOW).orElseThrow();
    assertThat(Conditions.find(over.getConditionsList(), WellKnown.CONDITION_REPLICA_FAILURE))
        .isEmpty();
  }
}
