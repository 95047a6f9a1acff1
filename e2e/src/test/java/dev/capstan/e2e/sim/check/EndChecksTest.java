package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.config;
import static dev.capstan.e2e.sim.check.Things.going;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.ready;
import static dev.capstan.e2e.sim.check.Workloads.complete;
import static dev.capstan.e2e.sim.check.Workloads.deployment;
import static dev.capstan.e2e.sim.check.Workloads.observed;
import static dev.capstan.e2e.sim.check.Workloads.podOf;
import static dev.capstan.e2e.sim.check.Workloads.runningOf;
import static dev.capstan.e2e.sim.check.Workloads.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I6 and I7: the end. */
class EndChecksTest {

  private final Tale tale = new Tale();

  /** One pod of a deployment, and all that belongs to it. */
  private static Tale settled(Tale tale) {
    Deployment web = deployment(1, 1, 0);
    tale.put(node("a")).put(web).put(set("s", 1)).put(runningOf(set("s", 1), 0));
    return tale.put(observed(set("s", 1), 1)).put(complete(web, 1));
  }

  private static Engines.Listed listed(String node, String uid) {
    return new Engines.Listed(node, "default", "s-0", uid, "main", true);
  }

  private void finish(Engines.Listed... containers) {
    tale.checks.finish(() -> List.of(containers), tale.now());
  }

  @Test
  void whatIsCompleteIsFine() {
    settled(tale).checks.settled(tale.now());
    Lease.Builder lease = Lease.newBuilder();
    lease.getMetadataBuilder().setNamespace("default").setName("l").setUid("l").setGeneration(1);
    tale.put(lease.build());
    finish(listed("a", "s-0-uid"));
    tale.holds();
  }

  @Test
  void nothingMovesAnyMore() {
    settled(tale).checks.settled(tale.now());
    tale.put(config("a", "1"));
    tale.breaks("I6", "although everything had settled");
  }

  @Test
  void workEnds() {
    settled(tale).checks.quiet(tale.now());
    for (int i = 0; i < 2000; i++) {
      tale.put(config("a", Integer.toString(i)));
    }
    tale.breaks("I6", "one edit more than");
  }

  @Test
  void thePodsThatAreWantedAreThere() {
    tale.put(deployment(1, 1, 0)).put(set("s", 1));
    finish();
    tale.breaks("I6", "in the end ReplicaSet default/s has 0 pods and wants 1");
  }

  @Test
  void aStatusTellsTheTruth() {
    settled(tale).put(ready(runningOf(set("s", 1), 0), false));
    tale.put(node("a").toBuilder().clearStatus().build());
    finish();
    tale.breaks("I6", "the status of ReplicaSet default/s says 1 pods, 1 ready");
  }

  @Test
  void aBoundPodIsReady() {
    tale.put(node("a")).put(on(pod("p"), "a"));
    finish();
    tale.breaks("I6", "Pod default/p on node a is not ready");
  }

  @Test
  void aPodIsBoundOrSaidToWait() {
    tale.put(pod("p"));
    finish();
    tale.breaks("I6", "neither bound nor said to be unschedulable");
  }

  @Test
  void aBoundPodIsNeverSaidToWait() {
    Pod.Builder pod = ready(on(pod("p"), "a"), true).toBuilder();
    pod.getStatusBuilder()
        .addConditions(
            Condition.newBuilder()
                .setType(WellKnown.CONDITION_POD_SCHEDULED)
                .setStatus(WellKnown.FALSE));
    tale.put(node("a")).put(pod.build());
    tale.breaks("I6", "Pod default/p on node a is said to be unschedulable");
  }

  @Test
  void nothingIsHalfDeleted() {
    tale.put(node("a")).put(going(on(pod("p"), "a")));
    finish();
    tale.breaks("I6", "is still being deleted");
  }

  @Test
  void noGarbageStays() {
    tale.put(node("a")).put(podOf(set("s", 1), 0));
    finish();
    tale.breaks("I6", "although all its owners are gone");
  }

  @Test
  void noContainerStaysWithoutItsPod() {
    settled(tale);
    finish(listed("a", "s-0-uid"), listed("a", "gone"));
    tale.breaks("I7", "(uid gone) is on node a, but there is no such pod");
  }

  @Test
  void aReadyPodRuns() {
    settled(tale);
    finish();
    tale.breaks("I7", "is ready, but its container main does not run");
  }

  @Test
  void noContainerRunsElsewhere() {
    settled(tale);
    finish(listed("b", "s-0-uid"));
    tale.breaks("I7", "but its pod is bound to 'a'");
  }

  @Test
  void theStateDoesNotDependOnNamesAndPlaces() {
    Tale other = new Tale();
    Deployment web = deployment(1, 1, 0);
    other.put(config("x", "1")).remove(config("x", "1")).put(node("a"));
    other.put(web).put(set("s", 1)).put(runningOf(set("s", 1), 7));
    other.put(observed(set("s", 1), 1)).put(complete(web, 1));
    EndState one = settled(tale).checks.endState();
    assertThat(other.checks.endState().differences(one)).isEmpty();
    other.put(config("x", "2"));
    assertThat(other.checks.endState().differences(one))
        .containsExactly("ConfigMap default/x: {key=2}; without faults: not there");
  }

  @Test
  void aPodThatNobodyManagesMayBeLostButNotWon() {
    EndState one = settled(tale).checks.endState();
    Tale other = settled(new Tale());
    other.put(ready(on(pod("bare"), "a"), true));
    assertThat(one.differences(other.checks.endState())).isEmpty();
    assertThat(other.checks.endState().differences(one)).hasSize(1);
  }
}
