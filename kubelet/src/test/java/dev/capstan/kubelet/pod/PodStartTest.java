package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.with;
import static dev.capstan.kubelet.pod.TestNode.on;
import static dev.capstan.kubelet.pod.TestNode.waits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.KeySelector;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.seam.sim.Simulation;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What keeps a pod from starting, on a simulated engine and in simulated time. */
class PodStartTest {

  @Test
  void aMissingImageIsFirstAnErrorThenABackOffWithTheEnginesWords() {
    on(node -> {
      node.api.put(with(Pods.pod("a"), c -> c.setImage("localhost/none:missing")));
      node.until("a", "fails", s -> waits(TestNode.first(s), "ErrImagePull"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo("manifest for localhost/none:missing not found");
      node.until("a", "backs off", s -> waits(TestNode.first(s), "ImagePullBackOff"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .contains("manifest for localhost/none:missing not found");
      assertThat(node.status("a").getPhase()).isEqualTo("Pending");
    });
  }

  @Test
  void anImageThatMustNotBePulledIsSaid() {
    on(node -> {
      node.api.put(
          with(
              Pods.pod("a"),
              c -> c.setImage("localhost/none:missing").setImagePullPolicy("Never")));
      node.until("a", "says so", s -> waits(TestNode.first(s), "ErrImageNeverPull"));
    });
  }

  private static EnvVar fromMap(String name) {
    return EnvVar.newBuilder()
        .setName("MODE")
        .setValueFrom(
            EnvVarSource.newBuilder()
                .setConfigMapKeyRef(KeySelector.newBuilder().setName(name).setKey("mode")))
        .build();
  }

  @Test
  void aMissingConfigMapIsSaidAndWaitedFor() {
    on(node -> {
      node.api.put(with(Pods.pod("a"), c -> c.addEnv(fromMap("settings"))));
      node.until("a", "waits", s -> waits(TestNode.first(s), "CreateContainerConfigError"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo("configmap \"settings\" not found");
      node.api.configMaps.put("settings", ConfigMap.newBuilder().putData("mode", "x").build());
      node.untilReady("a");
    });
  }

  @Test
  void whatDoesNotFitIsRejected() {
    Simulation.run(
        7,
        simulation -> {
          TestNode node = new TestNode(simulation, new Admission.Allocatable(1000, 1 << 30, 2));
          node.api.put(
              with(Pods.pod("a"), c -> c.getResourcesBuilder().putRequests("cpu", "700m")));
          node.untilReady("a");
          node.api.put(
              with(Pods.pod("b"), c -> c.getResourcesBuilder().putRequests("cpu", "400m")));
          node.until("b", "is rejected", s -> s.getPhase().equals("Failed"));
          assertThat(node.status("b").getReason()).isEqualTo("OutOfcpu");
          assertThat(node.status("b").getMessage())
              .contains("cpu, requested: 400, used: 700, capacity: 1000");
          node.api.put(Pods.pod("c").build());
          node.untilReady("c");
          node.api.put(Pods.pod("d").build());
          node.until("d", "is rejected", s -> s.getReason().equals("OutOfpods"));
          assertThat(node.containers("b")).isEmpty();
        });
  }

  @Test
  void aHostPortIsGivenAwayOnce() {
    on(node -> {
      Consumer<Container.Builder> port =
          c -> c.addPorts(ContainerPort.newBuilder().setContainerPort(80).setHostPort(8080));
      node.api.put(with(Pods.pod("a"), port));
      node.untilReady("a");
      node.api.put(with(Pods.pod("b"), port));
      node.until("b", "is rejected", s -> s.getReason().equals("HostPortConflict"));
    });
  }
}
