package dev.capstan.scheduler.core;

/**
 * A port of the node that a pod wants.
 *
 * @param ip address to bind to; empty for all
 */
public record HostPort(int port, String protocol, String ip) {

  /** True if both cannot be bound on one node. */
  boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (anyAddress() || other.anyAddress() || ip.equals(other.ip));
  }

  private boolean anyAddress() {
    return ip.isEmpty() || ip.equals("0.0.0.0");
  }
}
