package dev.capstan.kubelet.runtime;

/**
 * How a command in a container ended.
 *
 * @param exitCode its exit code; meaningless if it timed out
 * @param output the first 10 KiB of what it wrote, both streams
 * @param timedOut it had not ended in time
 */
public record ExecResult(int exitCode, String output, boolean timedOut) {}
