package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.going;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.ready;
import static dev.capstan.e2e.sim.check.Workloads.complete;
import static dev.capstan.e2e.sim.check.Workloads.deployment;
import static dev.capstan.e2e.sim.check.Workloads.observed;
import static dev.capstan.e2e.sim.check.Workloads.podOf;
import static dev.capstan.e2e.sim.check.Workloads.recreated;
import static dev.capstan.e2e.sim.check.Workloads.runningOf;
import static dev.capstan.e2e.sim.check.Workloads.set;

import dev.capstan.api.v1.Deployment;
import org.junit.jupiter.api.Test;

/** I3: the bounds of rollouts. */
class RolloutChecksTest {

  private final Tale tale = new Tale();

  /** Three pods of the first template, settled; at most 4 allowed, at least 2. */
  private void three() {
    Deployment web = deployment(3, 1, 1);
    tale.put(node("a")).put(web).put(set("old", 3));
    for (int i = 0; i < 3; i++) {
      tale.put(runningOf(set("old", 3), i));
    }
    tale.put(observed(set("old", 3), 1)).put(complete(web, 1));
  }

  private void settledUnwanted(int number) {
    tale.put(going(runningOf(set("old", 3), number)));
  }

  @Test
  void aRolloutWithinItsBoundsIsFine() {
    three();
    tale.put(set("new", 1)).put(podOf(set("new", 1), 0));
    tale.put(observed(set("old", 2), 1));
    settledUnwanted(0);
    tale.put(runningOf(set("new", 1), 0)).put(observed(set("old", 1), 1));
    settledUnwanted(1);
    tale.put(set("new", 3)).put(podOf(set("new", 3), 1)).put(podOf(set("new", 3), 2));
    tale.holds();
  }

  @Test
  void noMoreThanTheSurge() {
    three();
    tale.put(set("new", 2)).put(podOf(set("new", 2), 0)).put(podOf(set("new", 2), 1));
    tale.breaks("I3", "is created as number 5 of Deployment default/web, which allows 4");
  }

  @Test
  void aSpecThatWasInForceSinceItWasSettledStillCounts() {
    three();
    tale.put(complete(deployment(5, 1, 1), 1)).put(complete(deployment(3, 1, 1), 1));
    tale.put(set("new", 2)).put(podOf(set("new", 2), 0)).put(podOf(set("new", 2), 1));
    tale.holds();
  }

  @Test
  void aReplicaSetMakesNoMoreThanItWants() {
    tale.put(deployment(3, 5, 1)).put(set("old", 1));
    tale.put(podOf(set("old", 1), 0)).put(podOf(set("old", 1), 1));
    tale.breaks("I3", "is created as number 2 of ReplicaSet default/old, which never wanted more");
  }

  @Test
  void aPodThatGoesDoesNotCount() {
    three();
    settledUnwanted(0);
    tale.put(set("new", 2)).put(podOf(set("new", 2), 0)).put(podOf(set("new", 2), 1));
    tale.holds();
  }

  @Test
  void enoughStayAvailable() {
    three();
    settledUnwanted(0);
    tale.holds();
    settledUnwanted(1);
    tale.breaks("I3", "with 1 available pods of at least 2 (0 were lost otherwise)");
  }

  @Test
  void whatWasLostOtherwiseIsNotCharged() {
    three();
    tale.put(ready(runningOf(set("old", 3), 2), false));
    settledUnwanted(0);
    tale.holds();
    settledUnwanted(1);
    tale.breaks("I3", "(1 were lost otherwise)");
  }

  @Test
  void oldPodsAreGoneBeforeNewOnesComeWhenRecreated() {
    tale.put(node("a")).put(recreated(1)).put(set("old", 1)).put(runningOf(set("old", 1), 0));
    tale.put(set("old", 0)).put(going(runningOf(set("old", 1), 0)));
    tale.put(set("new", 1)).put(podOf(set("new", 1), 0));
    tale.breaks("I3", "is to be recreated");
  }

  @Test
  void recreatedInOrderIsFine() {
    tale.put(node("a")).put(recreated(1)).put(set("old", 1)).put(runningOf(set("old", 1), 0));
    tale.put(set("old", 0)).put(going(runningOf(set("old", 1), 0)));
    tale.remove(runningOf(set("old", 1), 0));
    tale.put(set("new", 1)).put(podOf(set("new", 1), 0));
    tale.holds();
  }
}
