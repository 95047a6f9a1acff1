package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.kubelet.node.AddressPool;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.simulated.SimulatedProber;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A node in a simulation: an engine, an API and a kubelet that can be killed and started again. */
final class TestNode {

  final Simulation simulation;
  final SimulatedRuntime engine;
  final FakePodApi api = new FakePodApi();
  final Admission.Allocatable allocatable;

  @SuppressWarnings("NullAway.Init") // By start(), which the constructor calls.
  PodManager manager;

  @SuppressWarnings("NullAway.Init") // As above.
  SimulatedProcess process;

  private int starts;

  /** A test body. */
  interface Body {
    void run(TestNode node) throws Exception;
  }

  /** Plays a test on a node of its own. */
  static void on(Body body) {
    Simulation.run(7, simulation -> body.run(new TestNode(simulation)));
  }

  TestNode(Simulation simulation) {
    this(simulation, new Admission.Allocatable(4000, 8L << 30, 10));
  }

  TestNode(Simulation simulation, Admission.Allocatable allocatable) {
    this.simulation = simulation;
    this.engine = new SimulatedRuntime(simulation.process("engine").seam(), Duration.ofMillis(100));
    this.allocatable = allocatable;
    start();
  }

  /** Starts a kubelet on what is there. */
  void start() {
    start(runtime -> runtime);
  }

  void start(UnaryOperator<ContainerRuntime> wrapping) {
    process = simulation.process("kubelet-" + starts++);
    Seam seam = process.seam();
    ContainerRuntime runtime = wrapping.apply(engine);
    StatusWriter statuses = new StatusWriter(api, seam);
    manager =
        new PodManager(
            new PodEnvironment(
                "cluster-1",
                "node-1",
                "192.0.2.7",
                "simulated",
                runtime,
                api,
                statuses,
                new AddressPool(AddressRange.parse("10.88.0.0/24")),
                new Admission(allocatable),
                new SimulatedProber(engine),
                KubeletMetrics.NONE,
                seam));
    seam.threads().start("statuses", statuses);
    PodManager mine = manager;
    api.changed = mine::observe;
    api.vanished = pod -> mine.vanished(pod.getMetadata().getUid());
    List.copyOf(api.pods.values()).forEach(mine::observe);
    mine.start();
  }

  /** kill -9. */
  void kill() {
    process.kill();
    api.changed = pod -> {};
    api.vanished = pod -> {};
  }

  PodStatus status(String pod) {
    return api.get(pod).getStatus();
  }

  ContainerStatus container(String pod) {
    return first(status(pod));
  }

  static ContainerStatus first(PodStatus status) {
    return status.getContainerStatusesCount() == 0
        ? ContainerStatus.getDefaultInstance()
        : status.getContainerStatuses(0);
  }

  String waiting(String pod) {
    return container(pod).getState().getWaiting().getReason();
  }

  List<ContainerSummary> containers(String pod) {
    return engine.list().stream().filter(c -> c.ref().pod().equals(pod)).toList();
  }

  List<ContainerSummary> running(String pod) {
    return containers(pod).stream().filter(ContainerSummary::running).toList();
  }

  /** Waits until the pod's status is so. */
  void until(String pod, String what, Predicate<PodStatus> condition) throws InterruptedException {
    until(pod, what, Duration.ofSeconds(30), condition);
  }

  void until(String pod, String what, Duration limit, Predicate<PodStatus> condition)
      throws InterruptedException {
    simulation.eventually(
        pod + " " + what, limit, () -> api.has(pod) && condition.test(status(pod)));
  }

  void untilReady(String pod) throws InterruptedException {
    until(pod, "is ready", TestNode::ready);
  }

  static boolean ready(PodStatus status) {
    return first(status).getReady();
  }

  /** True while the container waits for this reason. */
  static boolean waits(ContainerStatus status, String reason) {
    return status.getState().getWaiting().getReason().equals(reason);
  }

  void pass(Duration time) throws InterruptedException {
    simulation.seam().clock().sleep(time);
  }
}
