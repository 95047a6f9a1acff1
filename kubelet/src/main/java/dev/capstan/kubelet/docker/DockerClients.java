package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * The connections to one engine: a pool for calls and a pool for streams. They are apart because a
 * pool is a hard limit without a lease timeout: a few open event streams would make a ping wait for
 * ever.
 *
 * @param calls for calls that end
 * @param streams for events, logs and pulls
 * @param engine who answered, and the API version agreed on
 */
record DockerClients(DockerClient calls, DockerClient streams, EngineInfo engine)
    implements AutoCloseable {

  private static final int CALLS = 64;
  private static final int STREAMS = 1024;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /**
   * Connects, asks for the version without naming one, and makes the clients for what both sides
   * speak.
   */
  static DockerClients open(String host) throws RuntimeFault {
    Version version = ask(host);
    String oldest = version.getMinAPIVersion() == null ? "" : version.getMinAPIVersion();
    RemoteApiVersion api = DockerApiVersion.choose(version.getApiVersion(), oldest);
    EngineInfo engine = new EngineInfo("docker", version.getVersion(), api.getVersion());
    return new DockerClients(client(host, api, CALLS), client(host, api, STREAMS), engine);
  }

  private static Version ask(String host) throws RuntimeFault {
    try (DockerClient unversioned = client(host, RemoteApiVersion.unknown(), 1)) {
      return unversioned.versionCmd().exec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DockerClient client(String host, RemoteApiVersion api, int connections) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host)
            .withApiVersion(api)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .maxConnections(connections)
            .connectionTimeout(CONNECT)
            .build());
  }

  @Override
  public void close() {
    try {
      calls.close();
      streams.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
