package dev.capstan.kinds;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.ResourceRequirements;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a container must look like. */
final class ContainerRules {

  private static final List<String> RESOURCES =
      List.of(WellKnown.RESOURCE_CPU, WellKnown.RESOURCE_MEMORY);
  private static final Pattern IP =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final int MOST_IMAGE = 1024;
  private static final int MOST_PATH = 1024;

  private ContainerRules() {}

  static void validate(Container container, Violations at) {
    if (at.at("name").required(container.getName())) {
      Names.label(container.getName(), at.at("name"));
    }
    image(container.getImage(), at.at("image"));
    ports(container.getPortsList(), at.at("ports"));
    EnvRules.validate(container.getEnvList(), at.at("env"));
    resources(container.getResources(), at.at("resources"));
    if (container.hasLivenessProbe()) {
      ProbeRules.validate(container.getLivenessProbe(), container, true, at.at("livenessProbe"));
    }
    if (container.hasReadinessProbe()) {
      ProbeRules.validate(container.getReadinessProbe(), container, false, at.at("readinessProbe"));
    }
    terminationMessagePath(container.getTerminationMessagePath(), at.at("terminationMessagePath"));
    if (container.hasSecurityContext()) {
      SecurityRules.validate(container.getSecurityContext(), at.at("securityContext"));
    }
  }

  /** A file is put there; it must not hide what the container cannot do without. */
  private static void terminationMessagePath(String path, Violations at) {
    boolean good =
        path.startsWith("/")
            && path.length() <= MOST_PATH
            && path.chars().allMatch(c -> c > ' ' && c < 127 && c != ':')
            && List.of(path.split("/", -1)).stream()
                .skip(1)
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    at.check(
        path.isEmpty() || good,
        "must be the absolute path of a file, without '..', spaces and ':', at most "
            + MOST_PATH
            + " characters, not "
            + Violations.quote(path));
  }

  private static void image(String image, Violations at) {
    if (at.required(image)) {
      boolean plain = image.chars().allMatch(c -> c > ' ' && c < 127);
      at.check(
          plain && image.length() <= MOST_IMAGE,
          "must be an image reference without spaces, at most 1024 characters, not "
              + Violations.quote(image));
    }
  }

  private static void ports(List<ContainerPort> ports, Violations at) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> numbers = new LinkedHashSet<>();
    Set<String> hostPorts = new LinkedHashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      ContainerPort port = ports.get(i);
      Violations here = at.at(i);
      here.at("containerPort").range(port.getContainerPort(), 1, 65535);
      here.at("hostPort").range(port.getHostPort(), 0, 65535);
      String number = port.getContainerPort() + "/" + port.getProtocol();
      here.at("containerPort").check(numbers.add(number), "duplicate " + number);
      if (port.getHostPort() != 0) {
        String hostPort = port.getHostPort() + "/" + port.getProtocol();
        String full = port.getHostIp() + ":" + hostPort;
        here.at("hostPort").check(hostPorts.add(full), "duplicate " + hostPort);
      }
      portName(port.getName(), names, here.at("name"));
      hostIp(port.getHostIp(), here.at("hostIP"));
    }
  }

  private static void portName(String name, Set<String> names, Violations at) {
    if (!name.isEmpty()) {
      Names.portName(name, at);
      at.check(names.add(name), "duplicate " + Violations.quote(name));
    }
  }

  private static void hostIp(String address, Violations at) {
    at.check(
        address.isEmpty() || isIp(address),
        "must be an IP address, not " + Violations.quote(address));
  }

  /** True for the text form of an IPv4 or IPv6 address. */
  static boolean isIp(String address) {
    if (address.length() > 45 || !IP.matcher(address).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(address);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void resources(ResourceRequirements resources, Violations at) {
    names(resources.getLimitsMap(), at.at("limits"));
    names(resources.getRequestsMap(), at.at("requests"));
    resources
        .getRequestsMap()
        .forEach((name, request) -> {
          Quantity wanted = quantity(request);
          Quantity limit = quantity(resources.getLimitsOrDefault(name, ""));
          boolean fits = wanted == null || limit == null || wanted.compareTo(limit) <= 0;
          at.at("requests")
              .key(name)
              .check(
                  fits,
                  "must be <= the limit "
                      + Violations.quote(resources.getLimitsOrDefault(name, "")));
        });
  }

  private static void names(Map<String, String> quantities, Violations at) {
    for (String name : quantities.keySet()) {
      at.key(name)
          .check(
              RESOURCES.contains(name),
              "must be one of cpu, memory: other resources are not in this version");
    }
  }

  /** Null if it is none; that is reported by the field's own rule. */
  private static @Nullable Quantity quantity(String text) {
    try {
      return text.isEmpty() ? null : Quantity.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
