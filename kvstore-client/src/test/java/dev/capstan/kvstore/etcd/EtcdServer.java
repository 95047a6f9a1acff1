package dev.capstan.kvstore.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real etcd of one member on free loopback ports, in a folder of the test's. */
public final class EtcdServer implements AutoCloseable {

  private static final String REQUIRED = "capstan.require.etcd";

  private final Path folder;
  private final List<String> command = new ArrayList<>();
  private final int port;
  private @Nullable Process process;

  private EtcdServer(Path binary, Path folder, long quotaBytes) {
    this.folder = folder;
    this.port = freePort();
    String client = "http://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + freePort();
    command.addAll(List.of(binary.toString(), "--name", "test", "--data-dir"));
    command.addAll(List.of(folder.resolve("data").toString(), "--log-level", "warn"));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    command.addAll(List.of("--initial-cluster", "test=" + peer));
    command.addAll(List.of("--quota-backend-bytes", Long.toString(quotaBytes)));
    // Nothing here is worth an fsync: the tests kill processes, not machines.
    command.add("--unsafe-no-fsync");
  }

  /** Starts one; skips the test with a message if there is no etcd, or fails if one is required. */
  public static EtcdServer start(Path folder, long quotaBytes) {
    EtcdServer server = new EtcdServer(binaryOrSkip(), folder, quotaBytes);
    server.start();
    return server;
  }

  static Path binaryOrSkip() {
    Optional<Path> binary = binary();
    String message =
        "no etcd: set $CAPSTAN_ETCD or $ETCD, put one on PATH, or run deploy/test once";
    if (binary.isEmpty() && Boolean.getBoolean(REQUIRED)) {
      throw new AssertionError(message);
    }
    if (binary.isEmpty()) {
      System.err.println("SKIPPED: " + message);
    }
    Assumptions.assumeTrue(binary.isPresent(), message);
    return binary.orElseThrow();
  }

  /** Where an etcd is, if anywhere. */
  static Optional<Path> binary() {
    Stream<@Nullable String> named =
        Stream.of(
            System.getProperty("capstan.etcd"),
            System.getenv("CAPSTAN_ETCD"),
            System.getenv("ETCD"));
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .map(entry -> Path.of(entry, "etcd"));
    Stream<Path> fetched =
        Stream.of("../.tools/etcd/usr/bin/etcd", ".tools/etcd/usr/bin/etcd").map(Path::of);
    return Stream.of(
            named.filter(n -> n != null).map(n -> Path.of(String.valueOf(n))), onPath, fetched)
        .flatMap(paths -> paths)
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .map(Path::toAbsolutePath)
        .findFirst();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again on the same data, after {@link #kill}. */
  public void start() {
    try {
      Files.createDirectories(folder);
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As kill -9. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    kill();
  }
}
