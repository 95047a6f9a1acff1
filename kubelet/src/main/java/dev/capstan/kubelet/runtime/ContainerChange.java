package dev.capstan.kubelet.runtime;

/**
 * Something happened to a container of this node. A hint to look: the container may have changed
 * again.
 *
 * @param podUid its pod
 * @param action the engine's word, e.g. "die"
 */
public record ContainerChange(String podUid, String action) {}
