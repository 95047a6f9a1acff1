package dev.capstan.kubelet.docker;

import java.nio.file.Path;

/**
 * How containers are made on this node.
 *
 * @param host the engine, e.g. "unix:///var/run/docker.sock"
 * @param podCidr range of the node's network, e.g. "10.88.0.0/22"
 * @param podPidsLimit most processes and threads in a container
 * @param logMaxSize size at which a container's log is rotated, e.g. "10m"
 * @param logMaxFiles files kept of a log
 * @param parallelStarts most containers that are being created or started at once
 * @param messages folder for the last words of containers
 */
public record DockerSettings(
    String host,
    String podCidr,
    long podPidsLimit,
    String logMaxSize,
    int logMaxFiles,
    int parallelStarts,
    Path messages) {}
