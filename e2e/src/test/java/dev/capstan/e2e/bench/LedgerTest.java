package dev.capstan.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.DeploymentStrategy;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.RollingUpdateDeployment;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import org.junit.jupiter.api.Test;

/** The ledger finds what breaks an invariant, and nothing where none is broken. */
class LedgerTest {

  private final Ledger ledger = new Ledger();
  private long version = 1000;

  private void frame(Object... typesAndObjects) {
    WatchFrame.Builder frame =
        WatchFrame.newBuilder().setResourceVersion(String.valueOf(version++));
    for (int i = 0; i < typesAndObjects.length; i += 2) {
      Message object = (Message) typesAndObjects[i + 1];
      frame.addEvents(
          WatchEvent.newBuilder()
              .setType((String) typesAndObjects[i])
              .setKind(object.getDescriptorForType().getName())
              .setObject(object.toByteString()));
    }
    ledger.apply(frame.build(), version);
  }

  private static Node node(String name, int pods) {
    return Node.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name))
        .setStatus(
            NodeStatus.newBuilder()
                .putAllocatable("pods", String.valueOf(pods))
                .putAllocatable("cpu", "1")
                .putAllocatable("memory", "1Gi"))
        .build();
  }

  private static Pod pod(String name, String node, String phase, String cpu) {
    PodStatus.Builder status = PodStatus.newBuilder().setPhase(phase);
    if (phase.equals("Running")) {
      status.addConditions(Condition.newBuilder().setType("Ready").setStatus("True"));
    }
    return Pod.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name).setUid(name).putLabels("app", "web"))
        .setSpec(
            PodSpec.newBuilder()
                .setNodeName(node)
                .addContainers(
                    Container.newBuilder()
                        .setResources(ResourceRequirements.newBuilder().putRequests("cpu", cpu))))
        .setStatus(status)
        .build();
  }

  private static Deployment web(int replicas) {
    return Deployment.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName("web"))
        .setSpec(
            DeploymentSpec.newBuilder()
                .setReplicas(replicas)
                .setStrategy(
                    DeploymentStrategy.newBuilder()
                        .setRollingUpdate(
                            RollingUpdateDeployment.newBuilder()
                                .setMaxSurge(IntOrStrings.of(1))
                                .setMaxUnavailable(IntOrStrings.of(1)))))
        .build();
  }

  @Test
  void anOrderlyLifeBreaksNothing() {
    frame("ADDED", node("n", 2), "ADDED", web(2));
    frame("ADDED", pod("a", "", "Pending", "0"), "ADDED", pod("b", "", "Pending", "0"));
    frame("MODIFIED", pod("a", "n", "Pending", "0"), "MODIFIED", pod("b", "n", "Pending", "0"));
    frame("MODIFIED", pod("a", "n", "Running", "0"), "MODIFIED", pod("b", "n", "Running", "0"));
    assertThat(ledger.group("web").ready()).isEqualTo(2);
    frame("MODIFIED", web(0));
    frame("DELETED", pod("a", "n", "Running", "0"), "DELETED", pod("b", "n", "Running", "0"));
    assertThat(ledger.group("web").existing()).isZero();
    assertThat(ledger.group("web").everCreated()).hasSize(2);
    assertThat(ledger.violations()).isEmpty();
    assertThat(ledger.revisions()).isEqualTo(6);
  }

  @Test
  void aRepeatedRevisionIsFound() {
    frame("ADDED", web(1));
    version--;
    frame("MODIFIED", web(1));
    assertThat(ledger.violations()).singleElement().asString().contains("came after");
  }

  @Test
  void aPodThatChangesItsNodeIsFound() {
    frame("ADDED", node("n", 9), "ADDED", node("m", 9), "ADDED", pod("a", "n", "Pending", "0"));
    frame("MODIFIED", pod("a", "m", "Pending", "0"));
    assertThat(ledger.violations()).containsExactly("pod a went from n to m");
  }

  @Test
  void aNodeWithTooManyPodsOrTooMuchCpuIsFound() {
    frame("ADDED", node("n", 1), "ADDED", node("m", 9));
    frame("ADDED", pod("a", "n", "Pending", "0"), "ADDED", pod("b", "n", "Pending", "0"));
    frame("ADDED", pod("c", "m", "Pending", "600m"), "ADDED", pod("d", "m", "Pending", "600m"));
    assertThat(ledger.violations()).hasSize(2);
  }

  @Test
  void aPodThatHasEndedHoldsNoRoom() {
    frame("ADDED", node("n", 1), "ADDED", pod("a", "n", "Succeeded", "0"));
    frame("ADDED", pod("b", "n", "Pending", "0"));
    assertThat(ledger.violations()).isEmpty();
  }

  @Test
  void morePodsThanTheSurgeAllowsAreFound() {
    frame("ADDED", web(1), "ADDED", pod("a", "", "Pending", "0"));
    frame("ADDED", pod("b", "", "Pending", "0"));
    assertThat(ledger.violations()).isEmpty();
    frame("ADDED", pod("c", "", "Pending", "0"));
    assertThat(ledger.violations()).singleElement().asString().contains("3 pods of at most 2");
  }

  @Test
  void losingMoreReadyPodsThanMayBeMissingIsFound() {
    frame("ADDED", node("n", 9), "ADDED", web(2));
    frame("ADDED", pod("a", "n", "Running", "0"), "ADDED", pod("b", "n", "Running", "0"));
    frame("MODIFIED", pod("a", "n", "Failed", "0"));
    assertThat(ledger.violations()).isEmpty();
    frame("MODIFIED", pod("b", "n", "Failed", "0"));
    assertThat(ledger.violations()).singleElement().asString().contains("only 0 ready");
  }
}
