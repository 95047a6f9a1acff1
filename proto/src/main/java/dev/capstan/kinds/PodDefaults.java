package dev.capstan.kinds;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.ResourceRequirements;

/** The defaults of a pod's spec, in pods and in templates alike; those of Kubernetes. */
final class PodDefaults {

  private static final long GRACE_SECONDS = 30;

  private PodDefaults() {}

  /**
   * The spec with its defaults; the very same if it lacks none, as all do that were written by this
   * version: each revision that is watched comes by here.
   */
  static PodSpec of(PodSpec spec) {
    Lazy<PodSpec.Builder> result = new Lazy<>(spec::toBuilder);
    if (spec.getRestartPolicy().isEmpty()) {
      result.get().setRestartPolicy("Always");
    }
    if (!spec.hasTerminationGracePeriodSeconds()) {
      result.get().setTerminationGracePeriodSeconds(GRACE_SECONDS);
    }
    if (spec.getSchedulerName().isEmpty()) {
      result.get().setSchedulerName("default-scheduler");
    }
    for (int i = 0; i < spec.getContainersCount(); i++) {
      Container container = container(spec.getContainers(i));
      if (!container.equals(spec.getContainers(i))) {
        result.get().setContainers(i, container);
      }
    }
    for (int i = 0; i < spec.getTolerationsCount(); i++) {
      if (spec.getTolerations(i).getOperator().isEmpty()) {
        result.get().getTolerationsBuilder(i).setOperator("Equal");
      }
    }
    return result.isMade() ? result.get().build() : spec;
  }

  private static Container container(Container container) {
    Lazy<Container.Builder> result = new Lazy<>(container::toBuilder);
    if (container.getImagePullPolicy().isEmpty() && !container.getImage().isEmpty()) {
      result.get().setImagePullPolicy(isLatest(container.getImage()) ? "Always" : "IfNotPresent");
    }
    if (container.getTerminationMessagePath().isEmpty()) {
      result.get().setTerminationMessagePath("/dev/termination-log");
    }
    if (container.getTerminationMessagePolicy().isEmpty()) {
      result.get().setTerminationMessagePolicy("File");
    }
    for (int i = 0; i < container.getPortsCount(); i++) {
      if (container.getPorts(i).getProtocol().isEmpty()) {
        result.get().getPortsBuilder(i).setProtocol("TCP");
      }
    }
    requestsFromLimits(container.getResources(), result);
    if (container.hasLivenessProbe() && lacksDefaults(container.getLivenessProbe())) {
      probe(result.get().getLivenessProbeBuilder());
    }
    if (container.hasReadinessProbe() && lacksDefaults(container.getReadinessProbe())) {
      probe(result.get().getReadinessProbeBuilder());
    }
    return result.isMade() ? result.get().build() : container;
  }

  private static void requestsFromLimits(
      ResourceRequirements resources, Lazy<Container.Builder> container) {
    resources
        .getLimitsMap()
        .forEach((name, limit) -> {
          if (!resources.containsRequests(name)) {
            container.get().getResourcesBuilder().putRequests(name, limit);
          }
        });
  }

  private static boolean lacksDefaults(Probe probe) {
    Probe.Builder whole = probe.toBuilder();
    probe(whole);
    return !whole.build().equals(probe);
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
