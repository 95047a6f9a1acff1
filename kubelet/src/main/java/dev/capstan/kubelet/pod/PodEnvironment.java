package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.node.AddressPool;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.seam.Seam;

/**
 * What the pods of a node share.
 *
 * @param clusterId the cluster this kubelet belongs to
 * @param nodeName its node
 * @param hostIp address of the node
 * @param engine name of the engine, the scheme of container ids, e.g. "docker"
 */
public record PodEnvironment(
    String clusterId,
    String nodeName,
    String hostIp,
    String engine,
    ContainerRuntime runtime,
    PodApi api,
    StatusWriter statuses,
    AddressPool addresses,
    Admission admission,
    Prober prober,
    KubeletMetrics metrics,
    Seam seam) {}
