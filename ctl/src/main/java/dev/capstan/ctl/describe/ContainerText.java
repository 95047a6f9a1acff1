package dev.capstan.ctl.describe;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.Probe;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The parts of a container that pods and templates share. */
final class ContainerText {

  private ContainerText() {}

  static void ports(Sheet sheet, int level, Container c) {
    List<ContainerPort> ports = c.getPortsList();
    String name = ports.size() > 1 ? "Ports" : "Port";
    sheet.put(
        level,
        name,
        ports.isEmpty()
            ? "<none>"
            : ports.stream()
                .map(p ->
                    p.getContainerPort()
                        + "/"
                        + protocol(p)
                        + (p.getName().isEmpty() ? "" : " (" + p.getName() + ")"))
                .collect(Collectors.joining(", ")));
    sheet.put(
        level,
        "Host " + name,
        ports.isEmpty()
            ? "<none>"
            : ports.stream()
                .map(p -> p.getHostPort() + "/" + protocol(p))
                .collect(Collectors.joining(", ")));
  }

  private static String protocol(ContainerPort p) {
    return p.getProtocol().isEmpty() ? "TCP" : p.getProtocol();
  }

  static void words(Sheet sheet, int level, String name, List<String> words) {
    if (!words.isEmpty()) {
      sheet.head(level, name);
      words.forEach(w -> sheet.row(level + 1, w));
    }
  }

  static void quantities(Sheet sheet, int level, String name, Map<String, String> map) {
    if (!map.isEmpty()) {
      sheet.head(level, name);
      new TreeMap<>(map).forEach((k, v) -> sheet.put(level + 1, k, v));
    }
  }

  static void probes(Sheet sheet, int level, Container c) {
    if (c.hasLivenessProbe()) {
      sheet.put(level, "Liveness", probe(c.getLivenessProbe()));
    }
    if (c.hasReadinessProbe()) {
      sheet.put(level, "Readiness", probe(c.getReadinessProbe()));
    }
  }

  private static String probe(Probe p) {
    return action(p)
        + " delay="
        + p.getInitialDelaySeconds()
        + "s"
        + " timeout="
        + (p.hasTimeoutSeconds() ? p.getTimeoutSeconds() : 1)
        + "s"
        + " period="
        + (p.hasPeriodSeconds() ? p.getPeriodSeconds() : 10)
        + "s"
        + " #success="
        + (p.hasSuccessThreshold() ? p.getSuccessThreshold() : 1)
        + " #failure="
        + (p.hasFailureThreshold() ? p.getFailureThreshold() : 3);
  }

  private static String action(Probe p) {
    if (p.hasExec()) {
      return "exec [" + String.join(" ", p.getExec().getCommandList()) + "]";
    }
    if (p.hasHttpGet()) {
      HTTPGetAction get = p.getHttpGet();
      String scheme = get.getScheme().isEmpty() ? "http" : get.getScheme().toLowerCase(Locale.ROOT);
      String path = get.getPath().isEmpty() ? "/" : get.getPath();
      return "http-get "
          + scheme
          + "://"
          + get.getHost()
          + ":"
          + IntOrStrings.text(get.getPort())
          + path;
    }
    return p.hasTcpSocket()
        ? "tcp-socket "
            + p.getTcpSocket().getHost()
            + ":"
            + IntOrStrings.text(p.getTcpSocket().getPort())
        : "unknown";
  }

  static void environment(Sheet sheet, int level, Container c) {
    if (c.getEnvCount() == 0) {
      sheet.put(level, "Environment", "<none>");
      return;
    }
    sheet.head(level, "Environment");
    for (EnvVar e : c.getEnvList()) {
      sheet.put(level + 1, e.getName(), e.hasValueFrom() ? source(e.getValueFrom()) : e.getValue());
    }
  }

  private static String source(EnvVarSource from) {
    if (from.hasSecretKeyRef()) {
      return "<set to the key '"
          + from.getSecretKeyRef().getKey()
          + "' in secret '"
          + from.getSecretKeyRef().getName()
          + "'>  Optional: "
          + from.getSecretKeyRef().getOptional();
    }
    if (from.hasConfigMapKeyRef()) {
      return "<set to the key '"
          + from.getConfigMapKeyRef().getKey()
          + "' of config map '"
          + from.getConfigMapKeyRef().getName()
          + "'>  Optional: "
          + from.getConfigMapKeyRef().getOptional();
    }
    return " (v1:" + from.getFieldRef().getFieldPath() + ")";
  }
}
