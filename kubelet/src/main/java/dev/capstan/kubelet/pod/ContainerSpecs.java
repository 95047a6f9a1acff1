package dev.capstan.kubelet.pod;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.SecurityContext;
import dev.capstan.kubelet.pod.Environment.Missing;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Turns a pod's wishes into what the runtime makes a container from. */
final class ContainerSpecs {

  private static final String NET_RAW = "NET_RAW";

  /**
   * Begins each digest. Those of the first form, over the whole message, begin with no such thing.
   */
  private static final String FORM = "2-";

  private ContainerSpecs() {}

  static ContainerSpec of(
      PodApi api, Pod pod, ContainerRef ref, int restartStep, String podIp, String hostIp)
      throws Missing, ApiFault, InterruptedException {
    Container container = pod.getSpec().getContainers(0);
    Environment environment = Environment.of(api, pod, container, podIp, hostIp);
    return new ContainerSpec(
        ref,
        digest(pod),
        restartStep,
        container.getImage(),
        environment.expand(container.getCommandList()),
        environment.expand(container.getArgsList()),
        environment.variables(),
        container.getWorkingDir(),
        hostname(pod),
        podIp,
        ports(container),
        limits(container.getResources()),
        rights(container.getSecurityContext()),
        container.getTerminationMessagePath(),
        new TreeMap<>(pod.getMetadata().getAnnotationsMap()));
  }

  static ContainerRef ref(Pod pod, int attempt) {
    return new ContainerRef(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        pod.getSpec().getContainers(0).getName(),
        attempt);
  }

  /**
   * A digest of what, when changed, asks for another container: name and image, as in Kubernetes.
   * All else in a pod's container is immutable, so that what differs there was put there by another
   * version of Capstan.
   */
  static String digest(Pod pod) {
    Container container = pod.getSpec().getContainers(0);
    String inputs = container.getName() + '\n' + container.getImage();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(inputs.getBytes(StandardCharsets.UTF_8));
      return FORM + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * True if a container is what its pod asks for. Digests of the first form are not comparable;
   * what such a container was made from says the same.
   */
  static boolean isMadeFrom(Pod pod, ContainerView view) {
    return view.specDigest().startsWith(FORM)
        ? view.specDigest().equals(digest(pod))
        : view.image().equals(pod.getSpec().getContainers(0).getImage());
  }

  private static String hostname(Pod pod) {
    String wanted = pod.getSpec().getHostname();
    String name = wanted.isEmpty() ? pod.getMetadata().getName() : wanted;
    // Linux takes 64 characters; Kubernetes cuts at 63 and drops what then ends in a separator.
    String cut = name.length() <= 63 ? name : name.substring(0, 63);
    return cut.replaceAll("[-.]+$", "");
  }

  /** NET_RAW is not given unless asked for: with it a pod could pretend to be another. */
  private static ContainerSpec.Rights rights(SecurityContext context) {
    List<String> drop = capabilities(context.getCapabilities().getDropList());
    List<String> add = capabilities(context.getCapabilities().getAddList());
    add.removeAll(drop);
    if (!add.contains(NET_RAW) && !drop.contains(NET_RAW)) {
      drop.add(NET_RAW);
    }
    return new ContainerSpec.Rights(add, drop, context.getAllowPrivilegeEscalation());
  }

  private static List<String> capabilities(List<String> names) {
    return names.stream()
        .map(name -> name.startsWith("CAP_") ? name.substring(4) : name)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static List<ContainerSpec.Port> ports(Container container) {
    return container.getPortsList().stream()
        .map(port ->
            new ContainerSpec.Port(
                port.getContainerPort(),
                port.getHostPort(),
                port.getProtocol().isEmpty() ? "TCP" : port.getProtocol(),
                port.getHostIp()))
        .toList();
  }

  private static ContainerSpec.Limits limits(ResourceRequirements resources) {
    return new ContainerSpec.Limits(
        millis(resources.getLimitsMap(), WellKnown.RESOURCE_CPU),
        requested(resources, WellKnown.RESOURCE_CPU),
        units(resources.getLimitsMap(), WellKnown.RESOURCE_MEMORY));
  }

  private static long requested(ResourceRequirements resources, String name) {
    return resources.containsRequests(name)
        ? millis(resources.getRequestsMap(), name)
        : millis(resources.getLimitsMap(), name);
  }

  private static long millis(Map<String, String> quantities, String name) {
    String text = quantities.get(name);
    return text == null ? 0 : Quantity.parse(text).millis();
  }

  private static long units(Map<String, String> quantities, String name) {
    String text = quantities.get(name);
    return text == null ? 0 : Quantity.parse(text).units();
  }
}
