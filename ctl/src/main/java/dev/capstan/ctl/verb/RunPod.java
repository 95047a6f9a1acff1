package dev.capstan.ctl.verb;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.TCPSocketAction;
import dev.capstan.api.v1.Toleration;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.args.Parsed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pod that the flags of {@code run} describe. */
final class RunPod {

  private final String name;
  private final Parsed args;

  RunPod(String name, Parsed args) {
    this.name = name;
    this.args = args;
  }

  String image() {
    String image = args.text("image", "");
    if (image.isBlank()) {
      throw CliException.error("--image is required, e.g. --image=nginx:1.29");
    }
    if (image.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw CliException.error("Invalid image name \"" + image + "\": it contains blanks");
    }
    return image;
  }

  /** As given, else {@code app=NAME}. */
  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    args.all("labels").forEach(v -> labels.putAll(pairs("labels", v)));
    return labels.isEmpty() ? Map.of("app", name) : labels;
  }

  PodSpec spec() {
    PodSpec.Builder spec = PodSpec.newBuilder().addContainers(container());
    String restart = args.text("restart", "Always");
    if (!List.of("Always", "OnFailure", "Never").contains(restart)) {
      throw CliException.error(
          "invalid restart policy: " + restart + "; use Always, OnFailure or Never");
    }
    if (!restart.equals("Always")) {
      spec.setRestartPolicy(restart);
    }
    if (args.is("simulated")) {
      spec.addTolerations(
              Toleration.newBuilder().setKey(WellKnown.TAINT_SIMULATED).setOperator("Exists"))
          .putNodeSelector(WellKnown.LABEL_SIMULATED, "true");
    }
    return spec.build();
  }

  private Container container() {
    Container.Builder c = Container.newBuilder().setName(name).setImage(image());
    List<String> after =
        args.dashAt() < 0 ? List.of() : args.words().subList(args.dashAt(), args.words().size());
    if (args.is("command")) {
      c.addAllCommand(after);
    } else {
      c.addAllArgs(after);
    }
    c.setImagePullPolicy(args.text("image-pull-policy", ""));
    args.all("env").forEach(v -> c.addEnv(env(v)));
    port(c, args.number("port"), args.number("host-port"));
    ResourceRequirements.Builder resources = ResourceRequirements.newBuilder();
    resources.putAllRequests(quantities("requests"));
    resources.putAllLimits(quantities("limits"));
    if (resources.getRequestsCount() + resources.getLimitsCount() > 0) {
      c.setResources(resources);
    }
    return c.build();
  }

  private void port(Container.Builder c, @Nullable Long port, @Nullable Long hostPort) {
    if (port == null) {
      if (hostPort != null) {
        throw CliException.error("--host-port needs --port");
      }
      return;
    }
    checkPort("port", port);
    ContainerPort.Builder p = ContainerPort.newBuilder().setContainerPort(port.intValue());
    if (hostPort != null) {
      checkPort("host-port", hostPort);
      p.setHostPort(hostPort.intValue());
    }
    c.addPorts(p);
    boolean service = args.text("restart", "Always").equals("Always");
    if (service) {
      c.setReadinessProbe(
          Probe.newBuilder()
              .setTcpSocket(TCPSocketAction.newBuilder().setPort(IntOrStrings.of(port.intValue())))
              .setPeriodSeconds(1));
    }
  }

  private static void checkPort(String flag, long port) {
    if (port < 1 || port > 65535) {
      throw CliException.error("--" + flag + " must be between 1 and 65535, not " + port);
    }
  }

  private static EnvVar env(String text) {
    int eq = text.indexOf('=');
    if (eq <= 0) {
      throw CliException.error("invalid env: " + text + "; write NAME=VALUE");
    }
    return EnvVar.newBuilder()
        .setName(text.substring(0, eq))
        .setValue(text.substring(eq + 1))
        .build();
  }

  private Map<String, String> quantities(String flag) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String value : args.all(flag)) {
      pairs(flag, value)
          .forEach((k, v) -> {
            try {
              Quantity.parse(v);
            } catch (IllegalArgumentException e) {
              throw CliException.error("--" + flag + ": " + k + ": " + e.getMessage());
            }
            map.put(k, v);
          });
    }
    return map;
  }

  private static Map<String, String> pairs(String flag, String text) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int eq = pair.indexOf('=');
      if (eq <= 0) {
        throw CliException.error("unexpected --" + flag + " spec: " + text + "; write KEY=VALUE,…");
      }
      map.put(pair.substring(0, eq), pair.substring(eq + 1));
    }
    return map;
  }
}
