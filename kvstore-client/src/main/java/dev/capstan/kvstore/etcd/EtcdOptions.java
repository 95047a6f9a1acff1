package dev.capstan.kvstore.etcd;

import java.time.Duration;
import java.util.List;

/**
 * How to reach etcd.
 *
 * @param endpoints the members' client addresses, {@code host:port}, with or without {@code
 *     http://}
 * @param quotaBytes the members' {@code --quota-backend-bytes}, which etcd before 3.6 does not
 *     tell; 0 for no limit
 * @param callTimeout after which a read or a write is given up
 * @param maintenanceTimeout after which a compaction or defragmentation is given up
 */
public record EtcdOptions(
    List<String> endpoints, long quotaBytes, Duration callTimeout, Duration maintenanceTimeout) {

  /** etcd's own default. */
  public static final long DEFAULT_QUOTA_BYTES = 2L << 30;

  public EtcdOptions {
    endpoints = endpoints.stream().map(EtcdOptions::withoutScheme).toList();
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no etcd endpoint");
    }
  }

  /** Defaults: 2 GiB, 5 seconds, 2 minutes. */
  public static EtcdOptions of(List<String> endpoints) {
    return new EtcdOptions(
        endpoints, DEFAULT_QUOTA_BYTES, Duration.ofSeconds(5), Duration.ofMinutes(2));
  }

  public EtcdOptions withQuota(long bytes) {
    return new EtcdOptions(endpoints, bytes, callTimeout, maintenanceTimeout);
  }

  public EtcdOptions withCallTimeout(Duration timeout) {
    return new EtcdOptions(endpoints, quotaBytes, timeout, maintenanceTimeout);
  }

  private static String withoutScheme(String endpoint) {
    String plain = endpoint.strip();
    if (plain.startsWith("https://")) {
      throw new IllegalArgumentException(plain + ": TLS to etcd is not supported");
    }
    plain = plain.startsWith("http://") ? plain.substring("http://".length()) : plain;
    plain = plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    if (!plain.matches("[^/\\s]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException(endpoint + " is not host:port");
    }
    return plain;
  }
}
