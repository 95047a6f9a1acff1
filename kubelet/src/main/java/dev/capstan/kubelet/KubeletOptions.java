package dev.capstan.kubelet;

import dev.capstan.api.Numbers;
import dev.capstan.kubelet.node.HostFacts;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the kubelet's process. */
final class KubeletOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for what the kubelet remembers of itself.")
  Path data = Path.of("/var/lib/capstan/kubelet");

  @Option(names = "--node-name", paramLabel = "NAME", description = "Name of the node.")
  String nodeName = HostFacts.hostname();

  @Option(
      names = "--node-ip",
      paramLabel = "ADDRESS",
      description = "Address of the node. Default: the one used towards other machines.")
  @Nullable String nodeIp;

  @Option(
      names = "--docker-host",
      paramLabel = "URL",
      description = "Container engine. Default: $DOCKER_HOST, else the standard socket.")
  @Nullable String dockerHost;

  @Option(
      names = "--pod-cidr",
      paramLabel = "CIDR",
      description =
          "Addresses of the node's pods. With --simulate: what the nodes' ranges (/24) are cut"
              + " from, by default 10.128.0.0/9. Else by default 10.88.0.0/22.")
  @Nullable String podCidr;

  @Option(names = "--max-pods", paramLabel = "N", description = "Most pods on a node.")
  int maxPods = 110;

  @Option(
      names = "--pod-pids-limit",
      paramLabel = "N",
      description = "Most processes and threads in a container.")
  long podPidsLimit = 4096;

  @Option(
      names = "--container-log-max-size",
      paramLabel = "SIZE",
      description = "Size at which a container's log is rotated.")
  String logMaxSize = "10m";

  @Option(
      names = "--container-log-max-files",
      paramLabel = "N",
      description = "Files kept of a container's log.")
  int logMaxFiles = 3;

  @Option(
      names = "--max-parallel-starts",
      paramLabel = "N",
      description = "Most containers that are being created or started at once.")
  int maxParallelStarts = 8;

  @Option(
      names = "--cluster-id",
      paramLabel = "ID",
      description = "Refuse to serve a cluster with another identity.")
  String clusterId = "";

  @Option(
      names = "--cleanup",
      description =
          "Remove the containers and the network that the kubelet of this data folder made, and"
              + " nothing else; then exit.")
  boolean cleanup;

  @Option(
      names = "--simulate",
      paramLabel = "N",
      description = "Be N nodes without an engine instead of a real one.")
  int simulate;

  @Option(
      names = "--simulate-prefix",
      paramLabel = "NAME",
      description = "Simulated nodes are called NAME-0, NAME-1, ...")
  String simulatePrefix = "sim";

  @Option(
      names = "--simulate-start-delay",
      paramLabel = "TIME",
      description = "What a simulated container takes to start on average, e.g. 500ms or 2s.")
  String simulateStartDelay = "0s";

  @Option(
      names = "--simulate-cpu",
      paramLabel = "CORES",
      description = "Cores of a simulated node.")
  int simulateCpu = 32;

  @Option(
      names = "--simulate-memory",
      paramLabel = "GIB",
      description = "Memory of a simulated node in GiB.")
  int simulateMemory = 64;

  /** The engine's address. */
  String engine() {
    if (dockerHost != null) {
      return dockerHost;
    }
    String environment = System.getenv("DOCKER_HOST");
    return environment == null || environment.isEmpty()
        ? "unix:///var/run/docker.sock"
        : environment;
  }

  /** At least one, or nothing would ever start. */
  int parallelStarts() {
    if (maxParallelStarts < 1) {
      throw new IllegalArgumentException(
          "--max-parallel-starts must be at least 1, not " + maxParallelStarts);
    }
    return maxParallelStarts;
  }

  /** The start delay of simulated containers. */
  Duration startDelay() {
    return simulateStartDelay.endsWith("ms")
        ? Duration.ofMillis(Numbers.parseLong(simulateStartDelay.replace("ms", "")))
        : Duration.parse("PT" + simulateStartDelay);
  }
}
