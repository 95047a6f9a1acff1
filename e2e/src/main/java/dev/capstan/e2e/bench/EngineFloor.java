package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the engine itself takes: create and start over its API, nothing else, with everything that
 * the kubelet asks for too: a bridge network, a fixed address, labels, limits, the log's options.
 */
final class EngineFloor implements AutoCloseable {

  static final String IMAGE = "localhost/capstan/hello:1";

  private static final String NETWORK = "bench-floor";
  private static final String LABEL = "capstan.dev/bench-floor";

  private final DockerClient client;
  private final Seam seam;

  EngineFloor(String host, Seam seam) {
    this.client = EngineClient.connect(host);
    this.seam = seam;
  }

  /** Name and version of the engine. */
  String describe() {
    return "Docker " + client.versionCmd().exec().getVersion();
  }

  /** A bridge like the kubelet's. */
  void prepare() {
    client
        .createNetworkCmd()
        .withName(NETWORK)
        .withDriver("bridge")
        .withIpam(
            new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet("10.215.0.0/22")))
        .exec();
  }

  /** Seconds that creating and starting so many take, so many at once. */
  double start(int count, int atOnce) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    Stopwatch watch = Stopwatch.started(seam.clock());
    for (int i = 0; i < atOnce; i++) {
      threads.add(seam.threads().start("floor", () -> start(count, next, failure)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = watch.seconds();
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return seconds;
  }

  private void start(
      int count, AtomicInteger next, AtomicReference<@Nullable RuntimeException> failure) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        client.startContainerCmd(create(i).exec().getId()).exec();
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private CreateContainerCmd create(int index) {
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(NETWORK)
            .withRestartPolicy(RestartPolicy.noRestart())
            .withLogConfig(
                new LogConfig(
                    LogConfig.LoggingType.JSON_FILE, words("max-size", "10m", "max-file", "3")))
            .withPidsLimit(4096L)
            .withCpuShares(2);
    int address = index + 10;
    return client
        .createContainerCmd(IMAGE)
        .withName("floor-" + index)
        .withHostName("floor-" + index)
        .withLabels(words(LABEL, "true", "some", "label", "another", "label"))
        .withIpv4Address("10.215." + address / 256 + "." + address % 256)
        .withHostConfig(host);
  }

  /** Containers that run, whoever made them. */
  int running() {
    return client.listContainersCmd().exec().size();
  }

  /** Containers there are, whoever made them and in whatever state. */
  int all() {
    return client.listContainersCmd().withShowAll(true).exec().size();
  }

  /** Different addresses of the containers that run. */
  long addresses() {
    return client.listContainersCmd().exec().stream()
        .map(Container::getNetworkSettings)
        .filter(Objects::nonNull)
        .flatMap(settings -> settings.getNetworks().values().stream())
        .map(network -> network.getIpAddress())
        .distinct()
        .count();
  }

  /** Takes away what {@link #start} made. */
  void remove() throws InterruptedException {
    List<Container> made =
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger next = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      threads.add(seam.threads().start("remover", () -> remove(made, next)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void remove(List<Container> made, AtomicInteger next) {
    for (int i = next.getAndIncrement(); i < made.size(); i = next.getAndIncrement()) {
      client.removeContainerCmd(made.get(i).getId()).withForce(true).exec();
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  /** Names and values, in turn. */
  private static Map<String, String> words(String... pairs) {
    Map<String, String> words = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      words.put(pairs[i], pairs[i + 1]);
    }
    return words;
  }
}
