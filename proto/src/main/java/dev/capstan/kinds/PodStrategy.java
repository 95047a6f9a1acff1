package dev.capstan.kinds;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.ResourceRequirements;
import java.util.List;

/** Pods. */
public final class PodStrategy implements Strategy<Pod> {

  private static final List<String> FINAL_PHASES = List.of("Succeeded", "Failed");

  @Override
  public Pod defaulted(Pod object) {
    PodSpec spec = PodDefaults.of(object.getSpec());
    if (!spec.hasPriority()) {
      spec = spec.toBuilder().setPriority(0).build();
    }
    return spec.equals(object.getSpec()) ? object : object.toBuilder().setSpec(spec).build();
  }

  @Override
  public Pod created(Pod object) {
    return object.toBuilder()
        .setStatus(
            PodStatus.newBuilder().setPhase("Pending").setQosClass(qosClass(object.getSpec())))
        .build();
  }

  /**
   * As Kubernetes computes it: Guaranteed if every container's cpu and memory requests equal its
   * limits.
   */
  static String qosClass(PodSpec spec) {
    boolean any = false;
    boolean guaranteed = true;
    for (Container container : spec.getContainersList()) {
      ResourceRequirements resources = container.getResources();
      any |= resources.getLimitsCount() + resources.getRequestsCount() > 0;
      guaranteed &=
          resources.getLimitsCount() == 2
              && resources.getLimitsMap().equals(resources.getRequestsMap());
    }
    return guaranteed ? "Guaranteed" : any ? "Burstable" : "BestEffort";
  }

  @Override
  public void validate(Pod object, Violations at) {
    PodRules.validate(object.getSpec(), at.at("spec"));
  }

  @Override
  public void validateUpdate(Pod old, Pod fresh, Violations at) {
    Violations spec = at.at("spec");
    PodSpec allowed = withChangeableOf(fresh.getSpec(), old.getSpec());
    if (!allowed.getNodeName().equals(fresh.getSpec().getNodeName())) {
      spec.at("nodeName").add("is immutable here: a pod is bound through Pods.Bind");
      allowed = allowed.toBuilder().setNodeName(fresh.getSpec().getNodeName()).build();
    }
    for (String path : Differences.between(allowed, fresh.getSpec())) {
      spec.at(path).add("is immutable: only images and additional tolerations may change");
    }
    spec.at("tolerations")
        .check(
            fresh.getSpec().getTolerationsList().containsAll(old.getSpec().getTolerationsList()),
            "must keep the existing entries");
  }

  /** The old spec with the images and tolerations of the new one. */
  private static PodSpec withChangeableOf(PodSpec fresh, PodSpec old) {
    PodSpec.Builder result = old.toBuilder();
    for (int i = 0; i < Math.min(old.getContainersCount(), fresh.getContainersCount()); i++) {
      result.getContainersBuilder(i).setImage(fresh.getContainers(i).getImage());
    }
    return result.clearTolerations().addAllTolerations(fresh.getTolerationsList()).build();
  }

  /** The class follows from the spec, whoever writes the rest of the status. */
  @Override
  public Pod statusUpdated(Pod old, Pod fresh) {
    Pod.Builder result = fresh.toBuilder();
    result.getStatusBuilder().setQosClass(qosClass(old.getSpec()));
    return result.build();
  }

  @Override
  public void validateStatus(Pod old, Pod fresh, Violations at) {
    String before = old.getStatus().getPhase();
    at.at("status")
        .at("phase")
        .check(
            !FINAL_PHASES.contains(before) || before.equals(fresh.getStatus().getPhase()),
            "must stay " + before + ", which is final");
  }

  /**
   * A pod on a node stays until its kubelet has stopped it and confirms with a grace of 0; one that
   * never reached a node, or has already ended, goes at once.
   */
  @Override
  public long grace(Pod object, DeleteOptions options) {
    boolean atOnce =
        object.getSpec().getNodeName().isEmpty()
            || FINAL_PHASES.contains(object.getStatus().getPhase());
    if (atOnce) {
      return 0;
    }
    return options.hasGracePeriodSeconds()
        ? options.getGracePeriodSeconds()
        : object.getSpec().getTerminationGracePeriodSeconds();
  }
}
