package dev.capstan.kubelet.runtime;

/**
 * A container as a list shows it.
 *
 * @param id the engine's id
 * @param ref whose it is
 * @param running whether it runs
 * @param renamed somebody changed its name
 * @param address its pod's address, empty if unknown
 */
public record ContainerSummary(
    String id, ContainerRef ref, boolean running, boolean renamed, String address) {}
