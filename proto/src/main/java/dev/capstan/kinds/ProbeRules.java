package dev.capstan.kinds;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.Probe;

/** What probes must look like. */
final class ProbeRules {

  private ProbeRules() {}

  static void validate(Probe probe, Container container, boolean liveness, Violations at) {
    int actions =
        (probe.hasExec() ? 1 : 0) + (probe.hasHttpGet() ? 1 : 0) + (probe.hasTcpSocket() ? 1 : 0);
    at.check(actions == 1, "must have exactly one of exec, httpGet, tcpSocket");
    if (probe.hasExec()) {
      at.at("exec").at("command").check(probe.getExec().getCommandCount() > 0, "is required");
    }
    if (probe.hasHttpGet()) {
      http(probe.getHttpGet(), container, at.at("httpGet"));
    }
    if (probe.hasTcpSocket()) {
      port(probe.getTcpSocket().getPort(), container, at.at("tcpSocket").at("port"));
      host(probe.getTcpSocket().getHost(), at.at("tcpSocket").at("host"));
    }
    numbers(probe, liveness, at);
  }

  private static void numbers(Probe probe, boolean liveness, Violations at) {
    at.at("initialDelaySeconds").range(probe.getInitialDelaySeconds(), 0, Integer.MAX_VALUE);
    at.at("timeoutSeconds").range(probe.getTimeoutSeconds(), 1, Integer.MAX_VALUE);
    at.at("periodSeconds").range(probe.getPeriodSeconds(), 1, Integer.MAX_VALUE);
    at.at("failureThreshold").range(probe.getFailureThreshold(), 1, Integer.MAX_VALUE);
    if (liveness) {
      at.at("successThreshold")
          .check(probe.getSuccessThreshold() == 1, "must be 1 for a liveness probe");
    } else {
      at.at("successThreshold").range(probe.getSuccessThreshold(), 1, Integer.MAX_VALUE);
    }
  }

  private static void http(HTTPGetAction http, Container container, Violations at) {
    port(http.getPort(), container, at.at("port"));
    for (int i = 0; i < http.getHttpHeadersCount(); i++) {
      Violations here = at.at("httpHeaders").at(i);
      Names.headerName(http.getHttpHeaders(i).getName(), here.at("name"));
      String value = http.getHttpHeaders(i).getValue();
      here.at("value")
          .check(
              value.chars().noneMatch(c -> c < ' ' && c != '\t'),
              "must not contain control characters");
    }
    at.at("path")
        .check(
            http.getPath().chars().noneMatch(c -> c < ' '), "must not contain control characters");
    host(http.getHost(), at.at("host"));
  }

  /** The kubelet reaches more than pods do: its loopback, and what is near the node. */
  private static void host(String host, Violations at) {
    at.check(
        host.isEmpty(),
        "must be empty, not "
            + Violations.quote(host)
            + ": probes go to the pod's address (the header Host of an httpGet names a virtual"
            + " host)");
  }

  private static void port(IntOrString port, Container container, Violations at) {
    switch (port.getValueCase()) {
      case INT_VALUE -> at.range(port.getIntValue(), 1, 65535);
      case STRING_VALUE -> {
        String name = port.getStringValue();
        boolean known = container.getPortsList().stream().anyMatch(p -> p.getName().equals(name));
        at.check(
            known && !name.isEmpty(),
            "must be a port number or the name of one of the container's ports, not "
                + Violations.quote(name));
      }
      case VALUE_NOT_SET -> at.add("is required");
    }
  }
}
