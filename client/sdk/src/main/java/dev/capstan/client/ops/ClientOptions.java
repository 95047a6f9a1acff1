package dev.capstan.client.ops;

import dev.capstan.client.ConnectionOptions;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that every process of the cluster has which is a client of the API server, for
 * picocli's {@code @Mixin}. A program that does not use picocli can leave it out.
 */
public final class ClientOptions {

  @Option(names = "--server", paramLabel = "HOST:PORT", description = "API server.")
  private String server = "127.0.0.1:7600";

  @Option(names = "--token-file", paramLabel = "FILE", description = "File with the token.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "Port on 127.0.0.1 for /readyz and /metrics; 0 for any free one.")
  private int metricsPort;

  /** Those of a process with this port for metrics, unless it is told otherwise. */
  public ClientOptions(int metricsPort) {
    this.metricsPort = metricsPort;
  }

  /** HOST:PORT of the API server. */
  public String server() {
    return server;
  }

  /**
   * How to reach the API server.
   *
   * @throws IOException naming the token's file, if that cannot be read
   */
  public ConnectionOptions connection() throws IOException {
    if (tokenFile == null) {
      return ConnectionOptions.of(server, null);
    }
    try {
      return ConnectionOptions.of(server, Files.readString(tokenFile).strip());
    } catch (IOException e) {
      throw new IOException("the token file " + tokenFile + " cannot be read: " + e, e);
    }
  }

  /** Starts serving readiness and metrics. */
  public OpsServer ops(Readiness readiness, PrometheusRegistry metrics, Seam seam)
      throws IOException {
    return OpsServer.start(metricsPort, readiness, metrics, seam.threads());
  }
}
