package dev.capstan.kubelet.docker;

import dev.capstan.api.Numbers;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.NodeIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The labels by which containers and the network are known again. */
final class DockerLabels {

  static final String CLUSTER = "capstan.dev/cluster-id";
  static final String NODE_UID = "capstan.dev/node-uid";
  static final String NODE = "capstan.dev/node";
  static final String NAMESPACE = "capstan.dev/pod-namespace";
  static final String POD = "capstan.dev/pod-name";
  static final String POD_UID = "capstan.dev/pod-uid";
  static final String CONTAINER = "capstan.dev/container";
  static final String ATTEMPT = "capstan.dev/attempt";
  static final String SPEC_DIGEST = "capstan.dev/spec-digest";
  static final String RESTART_STEP = "capstan.dev/restart-step";
  static final String ADDRESS = "capstan.dev/pod-ip";

  private DockerLabels() {}

  static Map<String, String> ofNode(NodeIdentity node) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(CLUSTER, node.clusterId());
    labels.put(NODE, node.nodeName());
    labels.put(NODE_UID, node.nodeUid());
    return labels;
  }

  static Map<String, String> of(NodeIdentity node, ContainerSpec spec) {
    Map<String, String> labels = ofNode(node);
    ContainerRef ref = spec.ref();
    labels.put(NAMESPACE, ref.namespace());
    labels.put(POD, ref.pod());
    labels.put(POD_UID, ref.podUid());
    labels.put(CONTAINER, ref.container());
    labels.put(ATTEMPT, Integer.toString(ref.attempt()));
    labels.put(SPEC_DIGEST, spec.specDigest());
    labels.put(RESTART_STEP, Integer.toString(spec.restartStep()));
    labels.put(ADDRESS, spec.address());
    return labels;
  }

  /** Whether cluster and node are this kubelet's. */
  static boolean isOurs(NodeIdentity node, Map<String, String> labels) {
    return node.clusterId().equals(labels.get(CLUSTER))
        && node.nodeUids().contains(labels.getOrDefault(NODE_UID, ""));
  }

  /** Whose container the labels say it is; empty if they do not say it whole. */
  static Optional<ContainerRef> ref(Map<String, String> labels) {
    String attempt = labels.getOrDefault(ATTEMPT, "");
    if (!attempt.matches("\\d{1,9}") || labels.getOrDefault(POD_UID, "").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ContainerRef(
            labels.getOrDefault(NAMESPACE, ""),
            labels.getOrDefault(POD, ""),
            labels.getOrDefault(POD_UID, ""),
            labels.getOrDefault(CONTAINER, ""),
            Numbers.parseInt(attempt)));
  }

  /** A label that holds a small number; 0 if it does not. */
  static int number(Map<String, String> labels, String key) {
    String text = labels.getOrDefault(key, "");
    return text.matches("\\d{1,9}") ? Numbers.parseInt(text) : 0;
  }
}
