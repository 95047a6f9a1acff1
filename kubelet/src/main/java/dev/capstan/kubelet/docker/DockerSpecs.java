package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.NodeIdentity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says in Docker's words what a container is to be. */
final class DockerSpecs {

  /** The least weight Docker accepts; 1024 stand for one core. */
  private static final long MIN_SHARES = 2;

  private DockerSpecs() {}

  static CreateContainerCmd create(
      DockerClient client,
      NodeIdentity node,
      DockerSettings settings,
      String network,
      ContainerSpec spec) {
    CreateContainerCmd create =
        client
            .createContainerCmd(spec.image())
            .withName(spec.ref().name())
            .withLabels(DockerLabels.of(node, spec))
            .withEnv(spec.env())
            .withHostName(spec.hostname())
            .withIpv4Address(spec.address())
            .withExposedPorts(spec.ports().stream().map(DockerSpecs::exposed).toList())
            .withHostConfig(hostConfig(settings, network, spec));
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
      DockerSettings settings, String network, ContainerSpec spec) {
    HostConfig config =
        HostConfig.newHostConfig()
            .withNetworkMode(network)
            // The kubelet restarts; an engine that did too would race it.
            .withRestartPolicy(RestartPolicy.noRestart())
            .withLogConfig(logs(settings))
            .withPidsLimit(settings.podPidsLimit())
            .withPortBindings(bindings(spec.ports()));
    ContainerSpec.Limits limits = spec.limits();
    config.withCpuShares((int) Math.max(MIN_SHARES, limits.cpuRequestMillis() * 1024 / 1000));
    if (limits.cpuMillis() > 0) {
      config.withNanoCPUs(limits.cpuMillis() * 1_000_000L);
    }
    if (limits.memoryBytes() > 0) {
      config.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
    }
    return config;
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
