package dev.capstan.api;

/**
 * Names that several rooms must spell alike. Those of Kubernetes keep their kubernetes.io spelling.
 */
public final class WellKnown {

  private WellKnown() {}

  // Namespaces.
  public static final String NAMESPACE_DEFAULT = "default";
  public static final String NAMESPACE_SYSTEM = "kube-system";
  public static final String NAMESPACE_NODE_LEASE = "kube-node-lease";

  // Leases of the leaders, in kube-system.
  public static final String LEASE_SCHEDULER = "capstan-scheduler";
  public static final String LEASE_CONTROLLER_MANAGER = "capstan-controller-manager";

  /**
   * The most replicas that one object may ask for: as many pods as Kubernetes supports in a
   * cluster. More is a mistake of typing, and would be carried out until the store is full.
   */
  public static final int MOST_REPLICAS = 150_000;

  /** The longest a pod may take to end. About 68 years: so far off still is a valid time. */
  public static final long MOST_GRACE_SECONDS = Integer.MAX_VALUE;

  // Finalizers.
  public static final String FINALIZER_FOREGROUND = "foregroundDeletion";
  public static final String FINALIZER_ORPHAN = "orphan";
  public static final String FINALIZER_NAMESPACE = "kubernetes";

  // Labels.
  public static final String LABEL_POD_TEMPLATE_HASH = "pod-template-hash";
  public static final String LABEL_HOSTNAME = "kubernetes.io/hostname";
  public static final String LABEL_OS = "kubernetes.io/os";
  public static final String LABEL_ARCH = "kubernetes.io/arch";
  public static final String LABEL_NAMESPACE_NAME = "kubernetes.io/metadata.name";
  public static final String LABEL_SIMULATED = "capstan.dev/simulated";
  public static final String LABEL_NODE_ROLE_PREFIX = "node-role.kubernetes.io/";

  // Annotations.
  public static final String ANNOTATION_REVISION = "deployment.kubernetes.io/revision";
  public static final String ANNOTATION_REVISION_HISTORY =
      "deployment.kubernetes.io/revision-history";
  public static final String ANNOTATION_DESIRED_REPLICAS =
      "deployment.kubernetes.io/desired-replicas";
  public static final String ANNOTATION_MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
  public static final String ANNOTATION_CHANGE_CAUSE = "kubernetes.io/change-cause";
  public static final String ANNOTATION_RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";
  public static final String ANNOTATION_LAST_APPLIED = "capstan.dev/last-applied-configuration";

  // Taints.
  public static final String TAINT_SIMULATED = "capstan.dev/simulated";
  public static final String TAINT_UNREACHABLE = "node.kubernetes.io/unreachable";
  public static final String TAINT_NOT_READY = "node.kubernetes.io/not-ready";
  public static final String TAINT_UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

  // Condition types.
  public static final String CONDITION_READY = "Ready";
  public static final String CONDITION_CONTAINERS_READY = "ContainersReady";
  public static final String CONDITION_POD_SCHEDULED = "PodScheduled";
  public static final String CONDITION_INITIALIZED = "Initialized";
  public static final String CONDITION_AVAILABLE = "Available";
  public static final String CONDITION_PROGRESSING = "Progressing";
  public static final String CONDITION_REPLICA_FAILURE = "ReplicaFailure";

  // Resources of nodes and containers.
  public static final String RESOURCE_CPU = "cpu";
  public static final String RESOURCE_MEMORY = "memory";
  public static final String RESOURCE_PODS = "pods";
  public static final String RESOURCE_EPHEMERAL_STORAGE = "ephemeral-storage";

  /** Value of status fields of conditions. */
  public static final String TRUE = "True";

  /** Value of status fields of conditions. */
  public static final String FALSE = "False";

  /** Value of status fields of conditions. */
  public static final String UNKNOWN = "Unknown";
}
