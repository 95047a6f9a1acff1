package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.going;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.phase;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.uid;

import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import org.junit.jupiter.api.Test;

/** I4 and I8: where pods and containers are. */
class PlaceChecksTest {

  private final Tale tale = new Tale();

  private void start(String node, String uid) {
    tale.checks.containerStarted(node, "default", "web", uid, "main", tale.now());
  }

  private void end(String node, String uid) {
    tale.checks.containerEnded(node, "default", "web", uid, "main", tale.now());
  }

  @Test
  void aPodThatIsBoundRunsEndsAndIsMadeAnewElsewhereIsFine() {
    Pod one = pod("web");
    tale.put(node("a")).put(node("b")).put(one).put(on(one, "a"));
    start("a", "web-uid");
    tale.put(going(on(one, "a")));
    end("a", "web-uid");
    tale.remove(one);
    Pod two = uid(one, "second");
    tale.put(two).put(on(two, "b"));
    start("b", "second");
    tale.holds();
  }

  @Test
  void aPodMustNotMove() {
    tale.put(node("a")).put(node("b")).put(pod("web")).put(on(pod("web"), "a"));
    tale.put(on(pod("web"), "b"));
    tale.breaks("I4", "moved from node a to 'b'");
  }

  @Test
  void oneNameMustNotRunTwice() {
    tale.put(node("a")).put(node("b")).put(on(pod("web"), "a"));
    start("a", "web-uid");
    start("b", "second");
    tale.breaks("I4", "while one runs on node a");
  }

  @Test
  void theSameContainerMustNotRunTwiceOnOneNode() {
    start("a", "web-uid");
    start("a", "web-uid");
    tale.breaks("I4", "runs twice on node a");
  }

  private void delete(String client, long grace) {
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setNamespace("default").setName("web");
    request.getOptionsBuilder().setGracePeriodSeconds(grace);
    tale.begin(client, "capstan.v1.Pods/Delete", request.build());
  }

  @Test
  void aForcedDeletionLetsTheNameRunElsewhereAtOnce() {
    Pod one = on(pod("web"), "a");
    tale.put(node("a")).put(node("b")).put(one);
    start("a", "web-uid");
    delete("user", 0);
    tale.remove(one);
    start("b", "second");
    tale.holds();
  }

  @Test
  void aKubeletMustNotConfirmWhatStillRuns() {
    Pod one = on(pod("web"), "a");
    tale.put(node("a")).put(one);
    start("a", "web-uid");
    delete("kubelet-0", 0);
    tale.remove(one);
    tale.breaks("I4", "while its container main runs on node a");
  }

  @Test
  void twoHalvesFillANode() {
    tale.put(node("a")).put(pod("p")).put(pod("q")).put(on(pod("p"), "a")).put(on(pod("q"), "a"));
    tale.holds();
  }

  @Test
  void aThirdHalfIsTooMuch() {
    tale.put(node("a")).put(on(pod("x"), "a")).seconds(1000);
    for (String name : new String[] {"p", "q"}) {
      tale.put(pod(name)).put(on(pod(name), "a"));
    }
    tale.breaks("I8", "1500m cpu of 1000m");
  }

  @Test
  void whatHasEndedTakesNothing() {
    tale.put(node("a"));
    for (String name : new String[] {"p", "q", "r"}) {
      tale.put(pod(name)).put(on(pod(name), "a")).put(phase(on(pod(name), "a"), "Succeeded"));
    }
    tale.holds();
  }

  @Test
  void aNodeThatIsNotThereCannotBeBoundTo() {
    tale.put(pod("p")).put(on(pod("p"), "a"));
    tale.breaks("I8", "which does not exist");
  }

  private static Node cordoned(String name) {
    Node.Builder node = node(name).toBuilder();
    node.getSpecBuilder().setUnschedulable(true);
    return node.build();
  }

  @Test
  void aDecisionFromJustBeforeTheCordonIsFine() {
    tale.put(node("a")).seconds(100).put(cordoned("a")).put(pod("p")).put(on(pod("p"), "a"));
    tale.holds();
  }

  @Test
  void aNodeCordonedForLongIsNotBoundTo() {
    tale.put(node("a")).put(cordoned("a")).seconds(1000).put(pod("p")).put(on(pod("p"), "a"));
    tale.breaks("I8", "it is cordoned");
  }

  @Test
  void anUntoleratedTaintKeepsAway() {
    Node.Builder tainted = node("a").toBuilder();
    tainted.getSpecBuilder().addTaintsBuilder().setKey("gpu").setEffect("NoSchedule");
    tale.put(tainted.build()).put(pod("p")).put(on(pod("p"), "a"));
    tale.breaks("I8", "its taint gpu is not tolerated");
  }

  @Test
  void aNodeWithoutTheLabelIsNotBoundTo() {
    Pod.Builder picky = pod("p").toBuilder();
    picky.getSpecBuilder().putNodeSelector("disk", "ssd");
    tale.put(node("a")).put(picky.build()).put(on(picky.build(), "a"));
    tale.breaks("I8", "its label disk is null, not ssd");
  }
}
