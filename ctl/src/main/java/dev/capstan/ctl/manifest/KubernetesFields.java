package dev.capstan.ctl.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields of Kubernetes' API (1.34) that this version does not have, so that a manifest that uses
 * one is told so rather than "unknown field". After {@code =} stand the values that mean what
 * happens anyway, as kubectl prints them.
 */
final class KubernetesFields {

  private static final String TABLE =
      """
      ObjectMeta managedFields=* selfLink=* clusterName
      PodSpec activeDeadlineSeconds affinity automountServiceAccountToken dnsConfig dnsPolicy=ClusterFirst|Default \
      enableServiceLinks=true ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers=true \
      hostnameOverride imagePullSecrets initContainers nodeAffinity os overhead preemptionPolicy=PreemptLowerPriority \
      priorityClassName readinessGates resourceClaims resources runtimeClassName schedulingGates securityContext \
      serviceAccount=default serviceAccountName=default setHostnameAsFQDN shareProcessNamespace subdomain \
      topologySpreadConstraints volumes=kube-api-access-
      Container envFrom lifecycle resizePolicy restartPolicy restartPolicyRules startupProbe stdin \
      stdinOnce tty volumeDevices \
      volumeMounts=kube-api-access-
      SecurityContext appArmorProfile privileged=false procMount=Default readOnlyRootFilesystem=false runAsGroup \
      runAsNonRoot=false runAsUser seLinuxOptions seccompProfile windowsOptions
      Probe grpc terminationGracePeriodSeconds
      ResourceRequirements claims
      EnvVarSource fileKeyRef resourceFieldRef
      FieldSelectorRef apiVersion=v1
      NodeSpec configSource externalID podCIDRs=* providerID
      Taint
      Toleration
      DeploymentSpec
      ReplicaSetSpec
      LeaseSpec preferredHolder strategy
      Event action eventTime reportingComponent=* reportingInstance=* related series
      """;

  /** Kinds that Kubernetes has and this version has not. */
  private static final List<String> KINDS =
      List.of(
          "Service",
          "Endpoints",
          "EndpointSlice",
          "Ingress",
          "IngressClass",
          "NetworkPolicy",
          "StatefulSet",
          "DaemonSet",
          "Job",
          "CronJob",
          "HorizontalPodAutoscaler",
          "PodDisruptionBudget",
          "PersistentVolume",
          "PersistentVolumeClaim",
          "StorageClass",
          "VolumeAttachment",
          "ServiceAccount",
          "Role",
          "RoleBinding",
          "ClusterRole",
          "ClusterRoleBinding",
          "CustomResourceDefinition",
          "APIService",
          "ResourceQuota",
          "LimitRange",
          "PriorityClass",
          "RuntimeClass",
          "ReplicationController",
          "PodTemplate",
          "ValidatingWebhookConfiguration",
          "MutatingWebhookConfiguration");

  private static final Map<String, Map<String, String>> FIELDS = parse();

  private KubernetesFields() {}

  /** True if Kubernetes has the kind. */
  static boolean isKind(String kind) {
    return KINDS.contains(kind);
  }

  /**
   * The harmless values of a field that Kubernetes has here, maybe none; null if it has no such
   * field.
   */
  static @Nullable String harmless(String message, String field) {
    return FIELDS.getOrDefault(message, Map.of()).get(field);
  }

  private static Map<String, Map<String, String>> parse() {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    for (String line : TABLE.strip().split("\n")) {
      String[] words = line.strip().split("\\s+");
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 1; i < words.length; i++) {
        int eq = words[i].indexOf('=');
        fields.put(
            eq < 0 ? words[i] : words[i].substring(0, eq),
            eq < 0 ? "" : words[i].substring(eq + 1));
      }
      all.put(words[0], fields);
    }
    return all;
  }
}
