package dev.capstan.scheduler.core;

import static dev.capstan.scheduler.core.Fixtures.bound;
import static dev.capstan.scheduler.core.Fixtures.cordoned;
import static dev.capstan.scheduler.core.Fixtures.inPhase;
import static dev.capstan.scheduler.core.Fixtures.labelled;
import static dev.capstan.scheduler.core.Fixtures.node;
import static dev.capstan.scheduler.core.Fixtures.notReady;
import static dev.capstan.scheduler.core.Fixtures.ownedBy;
import static dev.capstan.scheduler.core.Fixtures.pod;
import static dev.capstan.scheduler.core.Fixtures.selecting;
import static dev.capstan.scheduler.core.Fixtures.tainted;
import static dev.capstan.scheduler.core.Fixtures.tolerating;
import static dev.capstan.scheduler.core.Fixtures.withHostPort;
import static dev.capstan.scheduler.core.Fixtures.withPriority;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import dev.capstan.scheduler.core.Decision.Bind;
import dev.capstan.scheduler.core.Decision.Unschedulable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SchedulingCoreTest {

  private static final long SECOND = 1_000_000_000L;
  private final SchedulingCore core = new SchedulingCore();

  private List<Decision> decide(long now) {
    return core.decide(now, 1000);
  }

  @Test
  void replicasOfOneOwnerAreSpreadEvenlyOverEqualNodes() {
    for (int i = 0; i < 3; i++) {
      core.observe(node("n" + i, "4", "8Gi", 110));
    }
    for (int i = 0; i < 9; i++) {
      core.observe(ownedBy(pod("p" + i, "100m", "64Mi"), "rs"));
    }
    Map<String, Integer> counts = new TreeMap<>();
    decide(0).forEach(d -> counts.merge(((Bind) d).node(), 1, Integer::sum));
    assertThat(counts).isEqualTo(Map.of("n0", 3, "n1", 3, "n2", 3));
  }

  @Test
  void explainsWithCountsPerReasonWhyNothingFits() {
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(node("n1", "1", "8Gi", 110));
    core.observe(tainted(node("n2", "64", "64Gi", 110), "gpu", "yes", "NoSchedule"));
    core.observe(pod("big", "2", "1Gi"));
    assertThat(decide(0))
        .containsExactly(
            new Unschedulable(
                new PodRef("default", "big", "uid-big"),
                "0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint"
                    + " {gpu: yes}."));
  }

  @Test
  void namesEveryObstacle() {
    core.observe(cordoned(node("n0", "4", "8Gi", 110)));
    core.observe(notReady(node("n1", "4", "8Gi", 110)));
    core.observe(labelled(node("n2", "1", "64Mi", 0), "disk", "ssd"));
    core.observe(node("n3", "4", "8Gi", 110));
    core.observe(selecting(pod("p", "2", "1Gi"), "disk", "ssd"));
    assertThat(((Unschedulable) decide(0).getFirst()).message())
        .isEqualTo(
            "0/4 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Too many pods,"
                + " 1 node(s) didn't match Pod's node selector, 1 node(s) were not ready,"
                + " 1 node(s) were unschedulable.");
  }

  @Test
  void saysSoWhenThereAreNoNodes() {
    core.observe(pod("p", "1", "1Gi"));
    assertThat(((Unschedulable) decide(0).getFirst()).message())
        .isEqualTo("no nodes available to schedule pods");
  }

  @Test
  void higherPriorityGoesFirstThenFirstComeFirstServed() {
    core.observe(node("n0", "2", "8Gi", 110));
    core.observe(pod("early", "1", "1Gi"));
    core.observe(pod("late", "1", "1Gi"));
    core.observe(withPriority(pod("urgent", "1", "1Gi"), 10));
    assertThat(decide(0).stream().map(d -> d.getClass().getSimpleName() + " " + d.pod().name()))
        .containsExactly("Bind urgent", "Bind early", "Unschedulable late");
  }

  @Test
  void aHostPortIsGivenAwayOncePerNode() {
    core.observe(node("n0", "4", "8Gi", 110));
    core.observe(withHostPort(pod("a", "100m", "1Mi"), 80));
    core.observe(withHostPort(pod("b", "100m", "1Mi"), 80));
    core.observe(withHostPort(pod("c", "100m", "1Mi"), 81));
    List<Decision> decisions = decide(0);
    assertThat(decisions.get(0)).isInstanceOf(Bind.class);
    assertThat(((Unschedulable) decisions.get(1)).message())
        .contains("1 node(s) didn't have free ports for the requested pod ports");
    assertThat(decisions.get(2)).isInstanceOf(Bind.class);
  }

  @Test
  void aToleratedTaintDoesNotKeepThePodAway() {
    core.observe(tainted(node("n0", "4", "8Gi", 110), "gpu", "yes", "NoSchedule"));
    core.observe(tolerating(pod("p", "1", "1Gi"), "gpu"));
    assertThat(decide(0).getFirst()).isInstanceOf(Bind.class);
  }

  @Test
  void aPreferNoScheduleTaintIsUsedLast() {
    core.observe(tainted(node("a", "4", "8Gi", 110), "old", "", "PreferNoSchedule"));
    core.observe(node("b", "4", "8Gi", 1));
    core.observe(pod("p", "1", "1Gi"));
    core.observe(pod("q", "1", "1Gi"));
    assertThat(decide(0).stream().map(d -> ((Bind) d).node())).containsExactly("b", "a");
  }

  @Test
  void anAssumedPodKeepsItsPlaceUntilAnObservationConfirmsIt() {
    core.observe(node("n0", "1", "8Gi", 110));
    Pod first = pod("first", "1", "1Gi");
    core.observe(first);
    assertThat(decide(0).getFirst()).isInstanceOf(Bind.class);
    core.observe(first); // An older observation, without the binding.
    core.observe(pod("second", "1", "1Gi"));
    assertThat(decide(0)).hasSize(1).first().isInstanceOf(Unschedulable.class);
    core.observe(bound(first, "n0"));
    core.observe(inPhase(bound(first, "n0"), "Succeeded"));
    assertThat(decide(10 * SECOND).getFirst().pod().name()).isEqualTo("second");
  }

  @Test
  void aRefusedBindingFreesThePlaceAndThePodIsTriedAgainAfterABackoff() {
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(pod("p", "1", "1Gi"));
    Bind bind = (Bind) decide(0).getFirst();
    core.bindingRefused(bind.pod(), 0);
    assertThat(decide(SECOND - 1)).isEmpty();
    assertThat(core.nextDue()).hasValue(SECOND);
    assertThat(decide(SECOND)).containsExactly(bind);
  }

  @Test
  void aRefusalOfAPodThatIsGoneBringsNothingBack() {
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(pod("p", "1", "1Gi"));
    Bind bind = (Bind) decide(0).getFirst();
    core.removePod("uid-p");
    core.bindingRefused(bind.pod(), 0);
    assertThat(core.pendingCount()).isZero();
    core.observe(pod("q", "1", "1Gi"));
    assertThat(decide(100 * SECOND).getFirst().pod().name()).isEqualTo("q");
  }

  @Test
  void aWaitingPodIsTriedAgainOnlyAfterAChangeThatCouldHelp() {
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(pod("p", "2", "1Gi"));
    decide(0);
    core.observe(labelled(node("n0", "1", "8Gi", 110), "irrelevant", "x"));
    assertThat(core.hasWork(100 * SECOND)).isFalse();
    core.observe(labelled(node("n0", "4", "8Gi", 110), "irrelevant", "x"));
    assertThat(decide(100 * SECOND).getFirst()).isInstanceOf(Bind.class);
  }

  @Test
  void aPodThatWasThereBeforeTheFirstNodeNeedNotBackOff() {
    core.observe(pod("p", "2", "1Gi"));
    assertThat(decide(0)).hasSize(1).first().isInstanceOf(Unschedulable.class);
    core.observe(node("n0", "1", "8Gi", 110));
    assertThat(decide(0)).hasSize(1).first().isInstanceOf(Unschedulable.class);
    core.observe(node("n1", "4", "8Gi", 110));
    assertThat(decide(SECOND - 1)).isEmpty(); // The first node was an attempt.
    assertThat(decide(SECOND).getFirst()).isInstanceOf(Bind.class);
  }

  @Test
  void aNewNodeHelpsEverybody() {
    core.observe(pod("p", "2", "1Gi"));
    decide(0);
    core.observe(node("n0", "4", "8Gi", 110));
    assertThat(decide(SECOND).getFirst()).isInstanceOf(Bind.class);
  }

  @Test
  void podsOfANodeThatComesBackStillTakeTheirPlace() {
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(bound(pod("old", "1", "1Gi"), "n0"));
    core.removeNode("n0");
    core.observe(node("n0", "1", "8Gi", 110));
    core.observe(pod("new", "1", "1Gi"));
    assertThat(decide(0).getFirst()).isInstanceOf(Unschedulable.class);
  }

  @Test
  void aPodBeingDeletedBeforeItIsBoundIsNotPlaced() {
    core.observe(node("n0", "1", "8Gi", 110));
    Pod.Builder going = pod("p", "1", "1Gi").toBuilder();
    core.observe(going.build());
    going.getMetadataBuilder().getDeletionTimestampBuilder().setSeconds(1);
    core.observe(going.build());
    assertThat(decide(0)).isEmpty();
  }
}
