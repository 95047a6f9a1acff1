package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.util.Objects;

/** A connection to the benchmarks' own engine. */
final class EngineClient {

  private static final int MOST_CALLS = 64;

  private EngineClient() {}

  /** Whether deploy/bench has started one. */
  static boolean isThere() {
    return !variable("CAPSTAN_BENCH_ENGINE").isEmpty();
  }

  /** What starts it again after its death. */
  static String startCommand() {
    return variable("CAPSTAN_BENCH_ENGINE_START");
  }

  private static String variable(String name) {
    return Objects.requireNonNullElse(System.getenv(name), "");
  }

  /** Where deploy/bench has started one. */
  static String host() {
    String host = variable("CAPSTAN_BENCH_ENGINE");
    if (host.isEmpty()) {
      throw new BenchmarkException("no engine: deploy/bench starts one, as root with dockerd");
    }
    return host;
  }

  static DockerClient connect(String host) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host)
            .withApiVersion(RemoteApiVersion.create(1, 41))
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .maxConnections(MOST_CALLS)
            .build());
  }
}
