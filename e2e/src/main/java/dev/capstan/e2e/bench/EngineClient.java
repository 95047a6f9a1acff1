package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;

/** A connection to the benchmarks' own engine. */
final class EngineClient {

  private static final int MOST_CALLS = 64;

  private EngineClient() {}

  /** Where deploy/bench has started one. */
  static String host() {
    String host = System.getenv("CAPSTAN_BENCH_ENGINE");
    if (host == null || host.isEmpty()) {
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
