package dev.capstan.kubelet;

import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.client.ops.ClientOptions;
import dev.capstan.client.ops.OpsServer;
import dev.capstan.kubelet.docker.DockerRuntime;
import dev.capstan.kubelet.docker.DockerSettings;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.node.HostFacts;
import dev.capstan.kubelet.node.NodeMemory;
import dev.capstan.kubelet.node.NodeProfile;
import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.pod.NetworkProber;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.LeanHeap;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The kubelet's process. */
@Command(
    name = "capstan-kubelet",
    description = "Runs the pods of a node.",
    mixinStandardHelpOptions = true,
    version = "capstan-kubelet " + ConnectionOptions.VERSION,
    showDefaultValues = true)
public final class Main implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  @Mixin private final ClientOptions client = new ClientOptions(7604);

  @Mixin private KubeletOptions options = new KubeletOptions();

  private final Seam seam = Seam.system();

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return options.cleanup ? cleanUp() : serve(plans());
    } catch (IllegalArgumentException | DateTimeParseException e) {
      log.error("{}", e.getMessage());
      return 2;
    } catch (IOException e) {
      log.error("{}", e.toString());
      return 1;
    }
  }

  private int serve(List<NodePlan> plans) throws IOException, InterruptedException {
    LeanHeap.tend(seam);
    ConnectionOptions server = client.connection();
    PrometheusRegistry registry = new PrometheusRegistry();
    CountDownLatch stopped = new CountDownLatch(1);
    Kubelet kubelet =
        new Kubelet(() -> Connection.open(server, seam), plans, options.clusterId, registry);
    OpsServer ops = client.ops(kubelet.readiness(), registry, seam);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  kubelet.close();
                  ops.close();
                },
                "stop"));
    log.info("server {}, metrics on port {}", client.server(), ops.port());
    try (Connection first = Connection.open(server, seam)) {
      first.awaitServer();
    }
    try {
      kubelet.start();
    } catch (IdentityChanged e) {
      log.error("{}", e.getMessage());
      return 1;
    }
    log.info(
        "{} registered", options.simulate > 0 ? options.simulate + " nodes" : options.nodeName);
    stopped.await();
    return 0;
  }

  private List<NodePlan> plans() {
    return options.simulate > 0 ? simulated().plans(seam) : List.of(real());
  }

  private SimulatedNodes simulated() {
    String range = options.podCidr == null ? SimulatedNodes.RANGE : options.podCidr;
    return new SimulatedNodes(
        options.simulatePrefix,
        options.simulate,
        options.startDelay(),
        new Admission.Allocatable(
            options.simulateCpu * 1000L, (long) options.simulateMemory << 30, options.maxPods),
        AddressRange.parse(range));
  }

  private NodePlan real() {
    DockerSettings docker = docker();
    NodeProfile profile =
        new NodeProfile(
            options.nodeName,
            AddressRange.parse(docker.podCidr()),
            options.nodeIp == null ? HostFacts.address() : options.nodeIp,
            new Admission.Allocatable(
                HostFacts.cpuMillis(), HostFacts.memoryBytes() / 1024 * 1024, options.maxPods),
            HostFacts.systemInfo(),
            false);
    return new NodePlan(
        profile,
        "docker",
        identity -> new DockerRuntime(docker, identity, seam),
        runtime -> new NetworkProber(runtime, seam),
        NodeMemory.inFolder(options.data),
        options.data);
  }

  private DockerSettings docker() {
    return new DockerSettings(
        options.engine(),
        options.podCidr == null ? "10.88.0.0/22" : options.podCidr,
        options.podPidsLimit,
        options.logMaxSize,
        options.logMaxFiles,
        options.parallelStarts(),
        options.data.resolve("termination-log"));
  }

  /**
   * Goes by what the data folder says: without an identity nothing is removed. Afterwards the
   * machine may become another node.
   */
  private int cleanUp() throws IOException, InterruptedException {
    NodeState state = NodeState.read(options.data);
    if (state.clusterId().isEmpty() || state.nodeUids().isEmpty()) {
      log.info("no kubelet has worked in {}: nothing to remove", options.data);
      return 0;
    }
    String name = state.nodeName().isEmpty() ? options.nodeName : state.nodeName();
    NodeIdentity identity = new NodeIdentity(state.clusterId(), name, state.nodeUids());
    try (ContainerRuntime runtime = new DockerRuntime(docker(), identity, seam)) {
      runtime.cleanUp();
      NodeState.forget(options.data);
      log.info("removed what the kubelet of node {} had made", name);
      return 0;
    } catch (RuntimeFault e) {
      log.error("clean-up: {}", e.words());
      return 1;
    }
  }
}
