package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;

/** A simulated node with one pod, "a", for tests of other packages. */
public final class LogFixture {

  private final TestNode node;

  /** With the pod running. */
  public LogFixture(Simulation simulation) throws InterruptedException {
    node = new TestNode(simulation);
    node.api.put(Pods.pod("a").build());
    node.untilReady("a");
  }

  /** With a pod of this image, which cannot be pulled. */
  public LogFixture(Simulation simulation, String image) throws InterruptedException {
    node = new TestNode(simulation);
    Pod.Builder pod = Pods.pod("a");
    pod.getSpecBuilder().getContainersBuilder(0).setImage(image);
    node.api.put(pod.build());
    node.until("a", "waits", s -> node.waiting("a").equals("ErrImagePull"));
  }

  /** With the pod finished, and its container then removed by somebody. */
  public static LogFixture removed(Simulation simulation) throws InterruptedException {
    LogFixture fixture = new LogFixture(simulation, PodSpec.newBuilder().setRestartPolicy("Never"));
    TestNode node = fixture.node;
    ContainerRef ref = node.running("a").getFirst().ref();
    node.engine.killOutside(ref, 0);
    node.until("a", "is finished", s -> s.getPhase().equals("Succeeded"));
    node.engine.remove(ref);
    return fixture;
  }

  private LogFixture(Simulation simulation, PodSpec.Builder more) throws InterruptedException {
    node = new TestNode(simulation);
    Pod.Builder pod = Pods.pod("a");
    node.api.put(pod.setSpec(pod.getSpec().toBuilder().mergeFrom(more.build())).build());
    node.untilReady("a");
  }

  public PodManager manager() {
    return node.manager;
  }

  public SimulatedRuntime engine() {
    return node.engine;
  }

  public String podUid() {
    return "a-uid";
  }

  /** The container ends with code 9 and is restarted. */
  public void crash() throws InterruptedException {
    node.engine.killOutside(node.running("a").getFirst().ref(), 9);
    node.until("a", "was restarted", s -> TestNode.first(s).getRestartCount() == 1);
    node.untilReady("a");
    node.pass(Duration.ofSeconds(1));
  }

  /** The pod is deleted. */
  public void delete() {
    node.api.askDelete("a", 5, node.simulation.seam().clock().now());
  }
}
