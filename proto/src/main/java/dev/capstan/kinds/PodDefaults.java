package dev.capstan.kinds;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.Toleration;

/** The defaults of a pod's spec, in pods and in templates alike; those of Kubernetes. */
final class PodDefaults {

  private static final long GRACE_SECONDS = 30;

  private PodDefaults() {}

  static PodSpec of(PodSpec spec) {
    PodSpec.Builder result = spec.toBuilder();
    if (spec.getRestartPolicy().isEmpty()) {
      result.setRestartPolicy("Always");
    }
    if (!spec.hasTerminationGracePeriodSeconds()) {
      result.setTerminationGracePeriodSeconds(GRACE_SECONDS);
    }
    if (spec.getSchedulerName().isEmpty()) {
      result.setSchedulerName("default-scheduler");
    }
    result.getContainersBuilderList().forEach(PodDefaults::container);
    result.getTolerationsBuilderList().forEach(PodDefaults::toleration);
    return result.build();
  }

  private static void toleration(Toleration.Builder toleration) {
    if (toleration.getOperator().isEmpty()) {
      toleration.setOperator("Equal");
    }
  }

  private static void container(Container.Builder container) {
    if (container.getImagePullPolicy().isEmpty() && !container.getImage().isEmpty()) {
      container.setImagePullPolicy(isLatest(container.getImage()) ? "Always" : "IfNotPresent");
    }
    if (container.getTerminationMessagePath().isEmpty()) {
      container.setTerminationMessagePath("/dev/termination-log");
    }
    if (container.getTerminationMessagePolicy().isEmpty()) {
      container.setTerminationMessagePolicy("File");
    }
    container.getPortsBuilderList().forEach(PodDefaults::port);
    if (container.hasResources()) {
      container.setResources(requestsFromLimits(container.getResources()));
    }
    if (container.hasLivenessProbe()) {
      probe(container.getLivenessProbeBuilder());
    }
    if (container.hasReadinessProbe()) {
      probe(container.getReadinessProbeBuilder());
    }
  }

  /** No tag, or the tag "latest"; a digest pins the image whatever its tag. */
  static boolean isLatest(String image) {
    if (image.contains("@")) {
      return false;
    }
    String last = image.substring(image.lastIndexOf('/') + 1);
    int colon = last.indexOf(':');
    return colon < 0 || last.substring(colon + 1).equals("latest");
  }

  private static void port(ContainerPort.Builder port) {
    if (port.getProtocol().isEmpty()) {
      port.setProtocol("TCP");
    }
  }

  private static ResourceRequirements requestsFromLimits(ResourceRequirements resources) {
    ResourceRequirements.Builder result = resources.toBuilder();
    resources
        .getLimitsMap()
        .forEach((name, limit) -> {
          if (!resources.containsRequests(name)) {
            result.putRequests(name, limit);
          }
        });
    return result.build();
  }

  /** As in Kubernetes, 0 is no number for any of these but the delay, and means the default. */
  private static void probe(Probe.Builder probe) {
    if (!probe.hasInitialDelaySeconds()) {
      probe.setInitialDelaySeconds(0);
    }
    if (probe.getTimeoutSeconds() == 0) {
      probe.setTimeoutSeconds(1);
    }
    if (probe.getPeriodSeconds() == 0) {
      probe.setPeriodSeconds(10);
    }
    if (probe.getSuccessThreshold() == 0) {
      probe.setSuccessThreshold(1);
    }
    if (probe.getFailureThreshold() == 0) {
      probe.setFailureThreshold(3);
    }
    if (probe.hasHttpGet()) {
      http(probe.getHttpGetBuilder());
    }
  }

  private static void http(HTTPGetAction.Builder http) {
    if (http.getPath().isEmpty()) {
      http.setPath("/");
    }
    if (http.getScheme().isEmpty()) {
      http.setScheme("HTTP");
    }
  }
}
