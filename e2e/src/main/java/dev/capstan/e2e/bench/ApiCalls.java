package dev.capstan.e2e.bench;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.Batch;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of the API, each with a connection of its own, and what they count. */
final class ApiCalls implements AutoCloseable {

  private static final String VALUE = "x".repeat(900);

  private final List<Connection> connections = new ArrayList<>();
  private final String prefix;
  private final AtomicLong turn = new AtomicLong();
  private final AtomicLong names = new AtomicLong();
  private final AtomicLong created = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();

  /**
   * @param prefix of the names of its objects
   */
  ApiCalls(Cluster cluster, String prefix, int clients) {
    this.prefix = prefix;
    for (int i = 0; i < clients; i++) {
      connections.add(cluster.connect());
    }
  }

  /** The calls go over the connections in turn. */
  private Api api() {
    int next = (int) (turn.getAndIncrement() % connections.size());
    return Api.of(connections.get(next)).as("bench");
  }

  private Resource<ConfigMap> maps() {
    return api().configMaps().namespace(WellKnown.NAMESPACE_DEFAULT);
  }

  static ConfigMap map(String name) {
    return ConfigMap.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace(WellKnown.NAMESPACE_DEFAULT)
                .setName(name)
                .putLabels("app", "bench"))
        .putData("value", VALUE)
        .build();
  }

  void create() throws InterruptedException {
    maps().create(map(prefix + names.incrementAndGet()));
    created.incrementAndGet();
  }

  /** Creates of 1 KiB in one call. */
  void createBatch(int count) throws InterruptedException {
    Batch batch = api().batch();
    for (int i = 0; i < count; i++) {
      batch.create(ObjectType.CONFIG_MAP, map(prefix + names.incrementAndGet()));
    }
    for (Batch.Result result : batch.send()) {
      if (!result.ok()) {
        throw new BenchmarkException("a create of a batch failed: " + result.error());
      }
    }
    created.addAndGet(count);
  }

  void get() throws InterruptedException {
    maps().get(prefix + (1 + turn.get() % names.get()));
  }

  /** Changes an object and reads it: what is read must not be older. */
  void update() throws InterruptedException {
    String name = prefix + (1 + turn.get() % names.get());
    ConfigMap changed = maps().patch(name, "{\"data\":{\"turn\":\"" + turn.get() + "\"}}");
    String written = changed.getMetadata().getResourceVersion();
    if (turn.get() % 16 == 0) {
      String read = maps().get(name).getMetadata().getResourceVersion();
      stale.addAndGet(ResourceVersions.compare(read, written) < 0 ? 1 : 0);
    }
  }

  /** Changes an object. */
  void change() throws InterruptedException {
    String name = prefix + (1 + turn.get() % names.get());
    maps().patch(name, "{\"data\":{\"turn\":\"" + turn.get() + "\"}}");
  }

  /** Pods that nobody schedules. */
  void createPods(int count) throws InterruptedException {
    Batch batch = api().batch();
    for (int i = 0; i < count; i++) {
      batch.create(
          ObjectType.POD,
          Pod.newBuilder()
              .setMetadata(
                  ObjectMeta.newBuilder()
                      .setNamespace(WellKnown.NAMESPACE_DEFAULT)
                      .setName("list-" + i)
                      .putLabels("app", "list"))
              .setSpec(Workload.podSpec("list"))
              .build());
    }
    for (Batch.Result result : batch.send()) {
      if (!result.ok()) {
        throw new BenchmarkException("a create of a batch failed: " + result.error());
      }
    }
  }

  /** Everything that was acknowledged is there, and nothing else. */
  void check(Run run) throws InterruptedException {
    long there =
        maps().list().items().stream()
            .filter(map -> map.getMetadata().getName().startsWith(prefix))
            .count();
    run.check(
        "what was acknowledged is there, and no more",
        there == created.get(),
        there + " " + prefix + " of " + created.get());
  }

  /** Reads that were older than a write acknowledged before. */
  long stale() {
    return stale.get();
  }

  @Override
  public void close() {
    connections.forEach(Connection::close);
  }
}
