package dev.capstan.apiserver;

import dev.capstan.api.Numbers;
import dev.capstan.apiserver.peers.Limits;
import dev.capstan.kvstore.etcd.EtcdOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The process's options. */
final class Options {

  /** Where state is kept. */
  enum Store {
    memory,
    embedded,
    etcd
  }

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Address of the API; loopback only until there is TLS.")
  String listen = "127.0.0.1:7600";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for keys and the embedded store.")
  @Nullable Path data;

  @Option(
      names = "--store",
      description = "One of ${COMPLETION-CANDIDATES}. memory forgets everything at the end.")
  Store store = Store.embedded;

  @Option(
      names = "--etcd-endpoints",
      paramLabel = "URL[,URL]",
      description = "Where etcd is, with --store etcd.")
  String etcdEndpoints = "http://127.0.0.1:7610";

  @Option(
      names = "--etcd-quota",
      paramLabel = "BYTES",
      description = "etcd's --quota-backend-bytes, which old versions do not tell.")
  long etcdQuota = EtcdOptions.DEFAULT_QUOTA_BYTES;

  @Option(
      names = "--etcd-disk",
      paramLabel = "DIR",
      description =
          "Folder of an etcd on this machine: writes are refused before its disk is full.")
  @Nullable Path etcdDisk;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that every call must carry; readable by its owner alone.")
  @Nullable Path tokenFile;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "Port on 127.0.0.1 for /readyz and /metrics; 0 for any free one.")
  int metricsPort = 7601;

  @Option(names = "--cluster-name", paramLabel = "NAME", description = "What people call it.")
  String clusterName = "local";

  @Option(
      names = "--limit",
      paramLabel = "NAME=NUMBER",
      split = ",",
      description = "What clients may take of the server: see docs/operating.md, Limits.")
  Map<String, Integer> limits = Map.of();

  /** The limits of connections and frames. */
  Limits limits() {
    try {
      return Limits.with(limits);
    } catch (IllegalArgumentException e) {
      throw new StartException("--limit: " + e.getMessage());
    }
  }

  /** The address to listen on, which must be this machine's own. */
  InetSocketAddress address() {
    int colon = listen.lastIndexOf(':');
    if (colon < 0 || !listen.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new StartException("--listen " + listen + " is not HOST:PORT");
    }
    int port = Numbers.parseInt(listen.substring(colon + 1));
    if (port > 65535) {
      throw new StartException("--listen " + listen + " has no valid port");
    }
    InetSocketAddress address = new InetSocketAddress(listen.substring(0, colon), port);
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new StartException(
          "--listen " + listen + ": only loopback addresses are allowed until there is TLS");
    }
    return address;
  }

  /** The token that calls must carry. */
  String token() {
    if (tokenFile == null) {
      throw new StartException("--token-file is required");
    }
    try {
      for (PosixFilePermission permission : Files.getPosixFilePermissions(tokenFile)) {
        if (!permission.name().startsWith("OWNER_")) {
          throw new StartException(
              tokenFile + " is open to others: chmod 600 " + tokenFile + " first");
        }
      }
      String token = Files.readString(tokenFile).strip();
      if (token.length() < 16) {
        throw new StartException(tokenFile + " holds no token of at least 16 characters");
      }
      return token;
    } catch (IOException e) {
      throw new StartException("the token file " + tokenFile + " cannot be read: " + e);
    }
  }

  /** The data folder, made if it is missing. */
  Path dataFolder() {
    if (data == null) {
      throw new StartException("--data is required with --store " + store);
    }
    try {
      return Files.createDirectories(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StartException("the data folder " + data + " cannot be made: " + e);
    }
  }
}
