package dev.capstan.kubelet.runtime;

import java.util.List;
import java.util.SortedMap;

/**
 * What a container is made from, with everything resolved.
 *
 * @param ref whose it is
 * @param specDigest digest of the pod's wishes, kept with the container
 * @param restartStep back-off step, kept with the container
 * @param image image reference
 * @param command replaces the image's entry point; empty for the image's
 * @param args replaces the image's arguments; empty for the image's, unless there is a command
 * @param env NAME=VALUE
 * @param workingDir empty for the image's
 * @param hostname host name inside
 * @param address address in the node's range
 * @param ports ports to open
 * @param limits what it may use
 * @param rights what its processes may do
 * @param messagePath file in the container in which it may leave its last words; empty for none
 * @param annotations the pod's annotations, which the simulated runtime takes orders from
 */
public record ContainerSpec(
    ContainerRef ref,
    String specDigest,
    int restartStep,
    String image,
    List<String> command,
    List<String> args,
    List<String> env,
    String workingDir,
    String hostname,
    String address,
    List<Port> ports,
    Limits limits,
    Rights rights,
    String messagePath,
    SortedMap<String, String> annotations) {

  public ContainerSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = List.copyOf(env);
    ports = List.copyOf(ports);
  }

  /**
   * A port inside the container and, if hostPort is not 0, on the node.
   *
   * @param protocol TCP or UDP
   * @param hostIp address of the node to bind to; empty for all
   */
  public record Port(int containerPort, int hostPort, String protocol, String hostIp) {}

  /**
   * Rights of the container's processes, against those that an engine gives.
   *
   * @param add capabilities to add, without "CAP_"
   * @param drop capabilities to take away, or "ALL"
   * @param escalate whether a process may gain rights that its parent does not have
   */
  public record Rights(List<String> add, List<String> drop, boolean escalate) {
    public Rights {
      add = List.copyOf(add);
      drop = List.copyOf(drop);
    }
  }

  /**
   * Bounds.
   *
   * @param cpuMillis thousandths of a core it may use; 0 for no bound
   * @param cpuRequestMillis its weight when cores are short
   * @param memoryBytes 0 for no bound; swap counts as memory and is off
   */
  public record Limits(long cpuMillis, long cpuRequestMillis, long memoryBytes) {}
}
