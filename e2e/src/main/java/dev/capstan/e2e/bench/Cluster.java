package dev.capstan.e2e.bench;

import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.e2e.FreePorts;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real processes on free ports and in a folder of its own. Nothing restarts what dies:
 * a process that ends is an error.
 */
final class Cluster implements AutoCloseable {

  static final String ETCD = "etcd";
  static final String API_SERVER = "api-server";
  static final String SCHEDULER = "scheduler";
  static final String CONTROLLER_MANAGER = "controller-manager";
  static final String NODES = "kubelet";

  /** All but the nodes. */
  static final Set<String> CONTROL_PLANE =
      new TreeSet<>(List.of(ETCD, API_SERVER, SCHEDULER, CONTROLLER_MANAGER));

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Settings settings;
  private final Seam seam;
  private final Path folder;
  private final Path token;
  private final int apiPort = FreePorts.next();
  private final int etcdPort = FreePorts.next();
  private final Map<String, Integer> metricsPorts = new LinkedHashMap<>();
  private final Map<String, ServerProcess> processes = new LinkedHashMap<>();
  private @Nullable Connection connection;

  /** The command line of the kubelet that drives a real engine; empty if none did. */
  private List<String> realKubelet = List.of();

  private Cluster(Settings settings, Seam seam, Path folder) {
    this.settings = settings;
    this.seam = seam;
    this.folder = folder;
    this.token = folder.resolve("token");
  }

  /** Says where a cluster shall live. */
  static final class Builder {
    private final Settings settings;
    private final Seam seam;
    private final Path folder;
    private final Consumer<Cluster> made;

    Builder(Settings settings, Seam seam, Path folder, Consumer<Cluster> made) {
      this.settings = settings;
      this.seam = seam;
      this.folder = folder;
      this.made = made;
    }

    /** A cluster of which nothing runs yet. */
    Cluster empty() {
      Cluster cluster = new Cluster(settings, seam, folder);
      made.accept(cluster);
      cluster.makeFolder();
      return cluster;
    }

    /** A store and an API server, ready. */
    Cluster startServer() throws InterruptedException {
      Cluster cluster = empty();
      cluster.startStore();
      cluster.start(API_SERVER);
      cluster.awaitReady(API_SERVER);
      return cluster;
    }

    /** The whole control plane, ready; no nodes. */
    Cluster startControlPlane() throws InterruptedException {
      Cluster cluster = startServer();
      cluster.start(SCHEDULER);
      cluster.start(CONTROLLER_MANAGER);
      cluster.awaitReady(SCHEDULER);
      cluster.awaitReady(CONTROLLER_MANAGER);
      return cluster;
    }
  }

  private void makeFolder() {
    try {
      Files.createDirectories(folder);
      Files.createFile(
          token,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(token, seam.newUid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts etcd, if it is the store, and waits until it answers. */
  void startStore() throws InterruptedException {
    launchStore();
    awaitStore();
  }

  /** Starts etcd, if it is the store, without waiting for it. */
  void launchStore() {
    launchStore(Map.of());
  }

  /** The same with these variables in its environment. */
  void launchStore(Map<String, String> environment) {
    if (settings.store() == Settings.Store.etcd) {
      launch(
          ETCD,
          environment,
          List.of(
              settings.root().resolve("deploy/lib/run-etcd").toString(),
              settings.etcd(),
              folder.resolve("etcd").toString(),
              String.valueOf(etcdPort),
              String.valueOf(FreePorts.next())));
    }
  }

  /** Waits until the store answers. */
  void awaitStore() throws InterruptedException {
    if (settings.store() == Settings.Store.etcd) {
      await(ETCD, etcdPort, "/health", START_LIMIT);
    }
  }

  /** Where the cluster's etcd answers. */
  String etcdEndpoint() {
    return "http://127.0.0.1:" + etcdPort;
  }

  /** Starts a process of the control plane without waiting for it. */
  void start(String room) {
    start(room, room);
  }

  /** The same under a name of its own: a second one beside the first. */
  void start(String process, String room) {
    launch(
        process,
        switch (room) {
          case API_SERVER -> apiServer();
          case SCHEDULER, CONTROLLER_MANAGER -> client(process, room, "--id", process + "-bench");
          default -> throw new IllegalArgumentException(room);
        });
  }

  private List<String> apiServer() {
    List<String> command =
        server(API_SERVER, API_SERVER, "--listen", server(), "--cluster-name", "bench");
    command.addAll(
        List.of("--data", folder.resolve("store").toString(), "--store", settings.store().name()));
    if (settings.store() == Settings.Store.etcd) {
      command.addAll(List.of("--etcd-endpoints", etcdEndpoint()));
    }
    return command;
  }

  /**
   * Starts a process that simulates nodes, without waiting for it; a cluster may have several.
   *
   * @param process its name among the processes
   * @param prefix the nodes are called PREFIX-0, …
   * @param options more options of the kubelet
   */
  void startNodes(String process, String prefix, int count, String... options) {
    List<String> command = client(process, NODES, "--data", folder.resolve(process).toString());
    command.addAll(List.of("--simulate", String.valueOf(count), "--simulate-prefix", prefix));
    command.addAll(List.of(options));
    launch(process, command);
  }

  /** Starts a kubelet with these options besides those of every process. */
  void startKubelet(String... options) {
    List<String> command = client(NODES, NODES, "--data", folder.resolve(NODES).toString());
    command.addAll(List.of(options));
    launch(NODES, command);
    realKubelet = List.copyOf(command);
  }

  /** Starts {@code count} nodes called sim-0, … in one process, without waiting for them. */
  void startNodes(int count) {
    startNodes(NODES, "sim", count);
  }

  private List<String> client(String process, String room, String... options) {
    List<String> command = server(process, room, options);
    command.addAll(List.of("--server", server()));
    return command;
  }

  private List<String> server(String process, String room, String... options) {
    int port = metricsPorts.computeIfAbsent(process, p -> FreePorts.next());
    List<String> command = new ArrayList<>();
    command.add(settings.root().resolve("deploy/bin/capstan-" + room).toString());
    command.addAll(List.of("--token-file", token.toString()));
    command.addAll(List.of("--metrics-port", String.valueOf(port)));
    command.addAll(List.of(options));
    return command;
  }

  private void launch(String name, List<String> command) {
    launch(name, Map.of(), command);
  }

  private void launch(String name, Map<String, String> variables, List<String> command) {
    String options = settings.javaOptions().getOrDefault("", "");
    String own = settings.javaOptions().getOrDefault(name, "");
    Map<String, String> environment = new LinkedHashMap<>(variables);
    environment.put("CAPSTAN_JAVA_OPTS", (options + " " + own).replace("%f", folder.toString()));
    processes.put(name, ServerProcess.start(name, folder, environment, command));
  }

  /** Waits until a process says that it is ready. */
  void awaitReady(String process) throws InterruptedException {
    await(process, Objects.requireNonNull(metricsPorts.get(process)), "/readyz", START_LIMIT);
  }

  private void await(String name, int port, String path, Duration limit)
      throws InterruptedException {
    long deadline = seam.clock().deadline(limit);
    while (!Net.answers(port, path)) {
      checkAlive();
      if (seam.clock().nanoTime() - deadline >= 0) {
        throw new BenchmarkException(
            name + " does not become ready; it said:\n" + process(name).lastWords());
      }
      seam.clock().sleep(Duration.ofMillis(10));
    }
  }

  /**
   * Nothing that was started has ended.
   *
   * @throws BenchmarkException with its last words if something has
   */
  void checkAlive() {
    for (ServerProcess process : processes.values()) {
      if (!process.alive()) {
        throw new BenchmarkException(
            process.name() + " has ended; it said:\n" + process.lastWords());
      }
    }
  }

  /** A running process. */
  ServerProcess process(String name) {
    return Objects.requireNonNull(processes.get(name), name);
  }

  /** CPU time and memory of every process that runs. */
  Usage usage() {
    checkAlive();
    Map<String, Double> cpu = new LinkedHashMap<>();
    Map<String, Double> compilers = new LinkedHashMap<>();
    Map<String, Long> resident = new LinkedHashMap<>();
    Map<String, Long> peak = new LinkedHashMap<>();
    processes.forEach((name, process) -> {
      cpu.put(name, ProcFiles.cpuSeconds(process.pid()));
      compilers.put(name, ProcFiles.compilerSeconds(process.pid()));
      resident.put(name, ProcFiles.residentBytes(process.pid()));
      peak.put(name, ProcFiles.peakBytes(process.pid()));
    });
    return new Usage(cpu, compilers, resident, peak);
  }

  /** The API, over a connection that all callers share. */
  Api api() {
    if (connection == null) {
      connection = connect();
    }
    return Api.of(connection).as("bench");
  }

  /** A connection of one's own; closed by the caller. */
  Connection connect() {
    return Connection.open(ConnectionOptions.of(server(), readToken()), seam);
  }

  /** HOST:PORT of the API server. */
  String server() {
    return "127.0.0.1:" + apiPort;
  }

  /** The port of the API server. */
  int port() {
    return apiPort;
  }

  /** The file with its token. */
  Path tokenFile() {
    return token;
  }

  /** Its token. */
  String readToken() {
    try {
      return Files.readString(token).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a process tells of itself, in Prometheus' text format. */
  String metrics(String process) {
    return Net.get(Objects.requireNonNull(metricsPorts.get(process)), "/metrics");
  }

  /** The value of a metric without labels. */
  double metric(String process, String name) {
    return metrics(process)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length()).strip()))
        .findFirst()
        .orElseThrow(() -> new BenchmarkException(process + " has no " + name));
  }

  /** Where it keeps its data and logs. */
  Path folder() {
    return folder;
  }

  /** Stops a process in good order. */
  void stop(String name) throws InterruptedException {
    ServerProcess process = process(name);
    processes.remove(name);
    process.terminate();
    awaitEnd(process);
  }

  /** kill -9; returns when it has ended. */
  void kill(String name) throws InterruptedException {
    ServerProcess process = process(name);
    processes.remove(name);
    process.kill();
    awaitEnd(process);
  }

  private void awaitEnd(ServerProcess process) throws InterruptedException {
    long deadline = seam.clock().deadline(STOP_LIMIT);
    while (process.alive()) {
      if (seam.clock().nanoTime() - deadline >= 0) {
        process.kill();
      }
      seam.clock().sleep(Duration.ofMillis(5));
    }
  }

  /** What a kubelet leaves on the engine and in the kernel, its next start would go on with. */
  private void cleanUpNode() throws InterruptedException {
    if (!realKubelet.isEmpty()) {
      List<String> command = new ArrayList<>(realKubelet);
      command.add("--cleanup");
      realKubelet = List.of();
      awaitEnd(ServerProcess.start("clean-up", folder, Map.of(), command));
    }
  }

  /** Stops everything, the store last, and removes the state. Logs stay until the run ends. */
  @Override
  public void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
    try {
      for (String name : List.copyOf(processes.keySet()).reversed()) {
        stop(name);
      }
      cleanUpNode();
    } catch (InterruptedException e) {
      processes.values().forEach(ServerProcess::kill);
      Thread.currentThread().interrupt();
    }
  }
}
