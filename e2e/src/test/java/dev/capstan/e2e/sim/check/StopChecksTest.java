package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.going;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.phase;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.uid;
import static dev.capstan.e2e.sim.check.Workloads.deployment;
import static dev.capstan.e2e.sim.check.Workloads.runningOf;
import static dev.capstan.e2e.sim.check.Workloads.set;

import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I9: nothing that is wanted is stopped. */
class StopChecksTest {

  private final Tale tale = new Tale();
  private final Pod web = on(pod("web"), "a");
  private String epoch = "";

  @BeforeEach
  void leads() {
    tale.put(node("a"));
    epoch = tale.fence("n/l");
  }

  private void runs(Pod pod) {
    tale.put(pod);
    tale.checks.containerStarted(
        "a", "default", pod.getMetadata().getName(), pod.getMetadata().getUid(), "main", 0);
  }

  private void stop(Pod pod) {
    tale.checks.containerStopped(
        "a", "default", pod.getMetadata().getName(), pod.getMetadata().getUid(), "main", 0);
  }

  @Test
  void whatIsWantedIsNotStopped() {
    runs(web);
    stop(web);
    tale.breaks("I9", "stops container main of Pod default/web (uid web-uid), which is wanted");
  }

  @Test
  void whatIsBeingDeletedIsStopped() {
    runs(web);
    tale.put(going(web));
    stop(web);
    tale.holds();
  }

  @Test
  void whatIsGoneIsStopped() {
    runs(web);
    tale.remove(web);
    stop(web);
    tale.holds();
  }

  @Test
  void whatWasReplacedUnderItsNameIsStopped() {
    runs(web);
    tale.remove(web).put(on(uid(pod("web"), "second"), "a"));
    stop(web);
    tale.holds();
  }

  @Test
  void whatHasFinishedIsStopped() {
    runs(web);
    tale.put(phase(web, "Failed"));
    stop(web);
    tale.holds();
  }

  @Test
  void whatHasAnotherDefinitionIsStopped() {
    runs(web);
    Pod.Builder other = web.toBuilder();
    other.getSpecBuilder().getContainersBuilder(0).setImage("hello:2");
    other.getMetadataBuilder().setGeneration(2);
    tale.put(other.build());
    stop(web);
    tale.holds();
  }

  private Pod managed() {
    return on(runningOf(set("s", 1), 0), "a");
  }

  private void managedPod() {
    tale.put(deployment(1, 1, 1)).put(set("s", 1)).put(managed());
  }

  private void controllersDelete() {
    Pod pod = managed();
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setNamespace("default").setName(pod.getMetadata().getName());
    Fence fence = Fence.newBuilder().setNamespace("n").setName("l").setEpoch(epoch).build();
    request.getOptionsBuilder().setGracePeriodSeconds(30).getWriteBuilder().setFence(fence);
    tale.begin("controllers-0", "capstan.v1.Pods/Delete", request.build());
    tale.put(going(pod));
  }

  @Test
  void controllersKeepWhatItsOwnerWants() {
    managedPod();
    controllersDelete();
    tale.breaks("I9", "is deleted by controllers, but ReplicaSet default/s is there and wants 1");
  }

  @Test
  void surplusGoes() {
    managedPod();
    tale.put(set("s", 0));
    controllersDelete();
    tale.holds();
  }

  @Test
  void whatWasSurplusAMomentAgoMayGoStill() {
    managedPod();
    tale.put(set("s", 0)).seconds(60).put(set("s", 1)).seconds(60);
    controllersDelete();
    tale.holds();
  }

  @Test
  void whatWasSurplusLongAgoStays() {
    managedPod();
    tale.put(set("s", 0)).put(set("s", 1)).seconds(121);
    controllersDelete();
    tale.breaks("I9", "wants 1");
  }

  @Test
  void whatHasLostItsOwnerGoes() {
    managedPod();
    tale.remove(set("s", 1));
    controllersDelete();
    tale.holds();
  }

  @Test
  void whatHasAnOwnerThatGoesGoes() {
    managedPod();
    ReplicaSet.Builder set = set("s", 1).toBuilder();
    set.getMetadataBuilder().getDeletionTimestampBuilder().setSeconds(1);
    tale.put(set.build());
    controllersDelete();
    tale.holds();
  }

  @Test
  void whatIsOnALostNodeGoes() {
    managedPod();
    tale.remove(node("a"));
    controllersDelete();
    tale.holds();
  }

  @Test
  void whatIsDrivenOutGoes() {
    managedPod();
    Node.Builder node = node("a").toBuilder();
    node.getSpecBuilder().addTaintsBuilder().setKey("broken").setEffect("NoExecute");
    tale.put(node.build());
    controllersDelete();
    tale.holds();
  }

  @Test
  void contentOfANamespaceThatGoesGoes() {
    managedPod();
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName("default").getDeletionTimestampBuilder().setSeconds(1);
    tale.put(namespace.build());
    controllersDelete();
    tale.holds();
  }
}
