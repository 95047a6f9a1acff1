package dev.capstan.kubelet;

import dev.capstan.kubelet.node.NodeMemory;
import dev.capstan.kubelet.node.NodeProfile;
import dev.capstan.kubelet.pod.Prober;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node this process is to be.
 *
 * @param profile what it is
 * @param engine name of its engine, the scheme of container ids
 * @param runtimes makes its runtime once the node's identity is known
 * @param probers makes what runs the probes of its containers
 * @param memory where it remembers its identity
 * @param data folder whose disk is watched; null for a simulated node
 */
public record NodePlan(
    NodeProfile profile,
    String engine,
    Function<NodeIdentity, ContainerRuntime> runtimes,
    Function<ContainerRuntime, Prober> probers,
    NodeMemory memory,
    @Nullable Path data) {}
