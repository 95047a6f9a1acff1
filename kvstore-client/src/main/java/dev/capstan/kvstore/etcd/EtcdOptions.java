package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.DiskSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach etcd.
 *
 * @param endpoints the members' client addresses, {@code host:port}, with or without {@code
 *     http://}
 * @param quotaBytes the members' {@code --quota-backend-bytes}, which etcd before 3.6 does not
 *     tell; 0 for no limit
 * @param callTimeout after which a read or a write is given up
 * @param maintenanceTimeout after which a compaction or defragmentation is given up
 * @param disk where the data of a member on this machine is; null if none is
 */
public record EtcdOptions(
    List<String> endpoints,
    long quotaBytes,
    Duration callTimeout,
    Duration maintenanceTimeout,
    @Nullable DiskSpace disk) {

  /** etcd's own default. */
  public static final long DEFAULT_QUOTA_BYTES = 2L << 30;

  /**
   * With less than this on its disk only deletes pass. etcd's log grows by 64 MiB at a time, with
   * the next 64 MiB prepared.
   */
  private static final long LEAST_DISK = 192L << 20;

  public EtcdOptions {
    endpoints = endpoints.stream().map(EtcdOptions::withoutScheme).toList();
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no etcd endpoint");
    }
  }

  /** Defaults: 2 GiB, 5 seconds, 2 minutes. */
  public static EtcdOptions of(List<String> endpoints) {
    return new EtcdOptions(
        endpoints, DEFAULT_QUOTA_BYTES, Duration.ofSeconds(5), Duration.ofMinutes(2), null);
  }

  public EtcdOptions withQuota(long bytes) {
    return new EtcdOptions(endpoints, bytes, callTimeout, maintenanceTimeout, disk);
  }

  public EtcdOptions withCallTimeout(Duration timeout) {
    return new EtcdOptions(endpoints, quotaBytes, timeout, maintenanceTimeout, disk);
  }

  /** With a folder of this machine's member: etcd ends when its disk is full. */
  public EtcdOptions withDisk(@Nullable Path folder) {
    DiskSpace there = folder == null ? null : new DiskSpace(folder, LEAST_DISK);
    return new EtcdOptions(endpoints, quotaBytes, callTimeout, maintenanceTimeout, there);
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
