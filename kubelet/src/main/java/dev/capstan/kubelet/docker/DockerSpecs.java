package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.capstan.kinds.EngineCapabilities;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.NodeIdentity;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says in Docker's words what a container is to be. */
final class DockerSpecs {

  /** The least weight Docker accepts; 1024 stand for one core. */
  private static final long MIN_SHARES = 2;

  /** The most the kernel takes. */
  private static final int MAX_SHARES = 262_144;

  /** In microseconds, as Kubernetes' kubelet takes it. */
  private static final long CPU_PERIOD = 100_000;

  /** Less than a millisecond each period the kernel does not take. */
  private static final long LEAST_CPU_MILLIS = 10;

  /** Linux has at most 8,192 processors. */
  private static final long MOST_CPU_MILLIS = 8_192_000;

  private DockerSpecs() {}

  /**
   * The call that creates a container.
   *
   * @param message file on the node for its last words; null for none
   */
  static CreateContainerCmd create(
      DockerClient client,
      NodeIdentity node,
      DockerSettings settings,
      String network,
      ContainerSpec spec,
      @Nullable Path message) {
    CreateContainerCmd create =
        client
            .createContainerCmd(spec.image())
            .withName(spec.ref().name())
            .withLabels(DockerLabels.of(node, spec))
            .withEnv(spec.env())
            .withHostName(spec.hostname())
            .withIpv4Address(spec.address())
            .withMacAddress(GuardRules.mac(spec.address()))
            .withExposedPorts(spec.ports().stream().map(DockerSpecs::exposed).toList())
            .withHostConfig(hostConfig(settings, network, spec, message));
    if (!spec.command().isEmpty()) {
      create.withEntrypoint(spec.command());
    }
    if (!spec.args().isEmpty() || !spec.command().isEmpty()) {
      create.withCmd(spec.args());
    }
    if (!spec.workingDir().isEmpty()) {
      create.withWorkingDir(spec.workingDir());
    }
    return create;
  }

  private static HostConfig hostConfig(
      DockerSettings settings, String network, ContainerSpec spec, @Nullable Path message) {
    HostConfig config =
        HostConfig.newHostConfig()
            .withNetworkMode(network)
            // The kubelet restarts; an engine that did too would race it.
            .withRestartPolicy(RestartPolicy.noRestart())
            .withLogConfig(logs(settings))
            .withPidsLimit(settings.podPidsLimit())
            .withCapAdd(capabilities(spec.rights().add()))
            .withCapDrop(capabilities(taken(spec.rights())))
            .withPortBindings(bindings(spec.ports()));
    if (!spec.rights().escalate()) {
      config.withSecurityOpts(List.of("no-new-privileges:true"));
    }
    if (message != null) {
      config.withMounts(List.of(messageFile(message, spec.messagePath())));
    }
    ContainerSpec.Limits limits = spec.limits();
    config.withCpuShares(shares(limits.cpuRequestMillis()));
    if (limits.cpuMillis() > 0) {
      config.withCpuPeriod(CPU_PERIOD).withCpuQuota(quota(limits.cpuMillis()));
    }
    if (limits.memoryBytes() > 0) {
      config.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
    }
    return config;
  }

  /** What the engine does not give needs no taking away, and it may not know its name. */
  private static List<String> taken(ContainerSpec.Rights rights) {
    return rights.drop().stream()
        .filter(name ->
            name.equals("ALL")
                || EngineCapabilities.GIVEN.contains(name)
                || rights.add().contains(name))
        .toList();
  }

  /** Not in cores: the engine refuses more of those than it has, which a limit may well be. */
  private static long quota(long cpuMillis) {
    return Math.clamp(cpuMillis, LEAST_CPU_MILLIS, MOST_CPU_MILLIS) * CPU_PERIOD / 1000;
  }

  private static int shares(long cpuMillis) {
    long shares = Math.min(cpuMillis, MAX_SHARES) * 1024 / 1000;
    return (int) Math.clamp(shares, MIN_SHARES, MAX_SHARES);
  }

  /** The few that docker-java does not know are none that engines give: nothing to take away. */
  private static Capability[] capabilities(List<String> names) {
    return Arrays.stream(Capability.values())
        .filter(capability -> names.contains(capability.name()))
        .toArray(Capability[]::new);
  }

  private static Mount messageFile(Path file, String target) {
    return new Mount().withType(MountType.BIND).withSource(file.toString()).withTarget(target);
  }

  private static LogConfig logs(DockerSettings settings) {
    Map<String, String> limits = new TreeMap<>();
    limits.put("max-size", settings.logMaxSize());
    limits.put("max-file", Integer.toString(settings.logMaxFiles()));
    return new LogConfig(LogConfig.LoggingType.JSON_FILE, limits);
  }

  private static List<PortBinding> bindings(List<ContainerSpec.Port> ports) {
    return ports.stream()
        .filter(port -> port.hostPort() != 0)
        .map(port -> new PortBinding(binding(port), exposed(port)))
        .toList();
  }

  private static Binding binding(ContainerSpec.Port port) {
    return port.hostIp().isEmpty()
        ? Binding.bindPort(port.hostPort())
        : Binding.bindIpAndPort(port.hostIp(), port.hostPort());
  }

  private static ExposedPort exposed(ContainerSpec.Port port) {
    return new ExposedPort(
        port.containerPort(),
        port.protocol().equals("UDP") ? InternetProtocol.UDP : InternetProtocol.TCP);
  }
}
