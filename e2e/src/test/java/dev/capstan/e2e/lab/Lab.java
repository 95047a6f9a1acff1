package dev.capstan.e2e.lab;

import static org.awaitility.Awaitility.await;

import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.e2e.FreePorts;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of the real processes with one real node, on free ports and in a folder of its own.
 * Nothing restarts what dies: that is the test's to do.
 */
public final class Lab implements AutoCloseable {

  /** Where the state is kept. */
  public enum Store {
    EMBEDDED,
    ETCD
  }

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** A fault of the engine that is known and rare; the clean-up says it, and no test is to fail. */
  private static final Pattern KEPT_BY_THE_ENGINE =
      Pattern.compile("network (\\S+) stays: the engine counts a container in it and names none");

  private static final AtomicInteger LABS = new AtomicInteger();

  private final Path folder;

  /** Another one each: a network that an engine's fault keeps takes no range from the next lab. */
  private final String podCidr = "10.213.%d.0/22".formatted(LABS.getAndIncrement() % 64 * 4);

  private final Store store;
  private final Engine engine;
  private final Path token;
  private final int apiPort = FreePorts.next();
  private final int etcdPort = FreePorts.next();
  private final Map<Component, Integer> metricsPorts = new EnumMap<>(Component.class);
  private final Processes processes = new Processes(Duration.ofSeconds(30));
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable Connection connection;
  private String nodeName = "lab";

  private Lab(Store store, Engine engine, Path folder) throws IOException {
    this.store = store;
    this.engine = engine;
    this.folder = folder;
    this.token =
        Files.createFile(
            folder.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, Seam.system().newUid());
    for (Component component : Component.values()) {
      metricsPorts.put(component, FreePorts.next());
    }
  }

  /** Starts everything and waits until it is ready. */
  public static Lab start(Store store, Engine engine, Path folder) {
    try {
      Lab lab = new Lab(store, engine, folder);
      try {
        lab.startAll();
        return lab;
      } catch (RuntimeException | Error e) {
        lab.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAll() {
    if (store == Store.ETCD) {
      startEtcd();
    }
    for (Component component : Component.values()) {
      start(component);
      awaitReady(component);
    }
    connection = Connection.open(ConnectionOptions.of(server(), readToken()), Seam.system());
  }

  private void startEtcd() {
    String binary = Objects.requireNonNullElse(System.getenv("ETCD"), "etcd");
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + FreePorts.next();
    processes.start(
        "etcd",
        List.of(
            binary,
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer,
            "--log-level=warn"),
        log("etcd"));
    await("etcd answers")
        .atMost(Duration.ofSeconds(30))
        .until(() -> statusOf(client + "/health") == 200);
  }

  /** Starts a process that is not running; does not wait for it. */
  public void start(Component component) {
    List<String> command = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "-Xmx512m", "-jar"));
    command.add(jar(component.room()).toString());
    command.addAll(
        List.of(
            "--token-file", token.toString(),
            "--metrics-port", String.valueOf(metricsPorts.get(component))));
    command.addAll(options(component));
    processes.start(component.room(), command, log(component.room()));
  }

  private List<String> options(Component component) {
    return switch (component) {
      case API_SERVER -> apiServerOptions();
      case SCHEDULER, CONTROLLER_MANAGER -> List.of("--server", server());
      case KUBELET ->
          List.of(
              "--server", server(),
              "--data", folder.resolve("kubelet").toString(),
              "--node-name", nodeName,
              "--docker-host", engine.host(),
              "--pod-cidr", podCidr);
    };
  }

  private List<String> apiServerOptions() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--listen", server(),
                "--data", folder.resolve("store").toString(),
                "--cluster-name", "lab"));
    options.addAll(
        switch (store) {
          case EMBEDDED -> List.of("--store", "embedded");
          case ETCD ->
              List.of("--store", "etcd", "--etcd-endpoints", "http://127.0.0.1:" + etcdPort);
        });
    return options;
  }

  /** Waits until the process says it is ready. */
  public void awaitReady(Component component) {
    String url = "http://127.0.0.1:" + metricsPorts.get(component) + "/readyz";
    await(component.room() + " is ready; its log: " + log(component.room()))
        .atMost(Duration.ofSeconds(90))
        .until(() -> statusOf(url) == 200);
  }

  /** The kubelet has this name from its next start on, as after the host was given another. */
  public void renameNode(String name) {
    nodeName = name;
  }

  /** Waits until the process ends by itself; answers its exit code. */
  public int awaitEnd(Component component) {
    return processes.awaitEnd(component.room());
  }

  /** kill -9, without a chance to say good-bye. */
  public void kill(Component component) {
    processes.kill(component.room());
  }

  /** kill -9, and started again at once. */
  public void killAndRestart(Component component) {
    kill(component);
    start(component);
  }

  /** Runs the command line against this cluster. */
  public Command.Result capstan(String... arguments) {
    List<String> command = new ArrayList<>(List.of(JAVA, "-jar", jar("ctl").toString()));
    command.addAll(Arrays.asList(arguments));
    List<String> connect = new ArrayList<>(List.of("--server=" + server()));
    if (command.stream().noneMatch(argument -> argument.startsWith("--token-file="))) {
      connect.add("--token-file=" + token);
    }
    int end = command.indexOf("--");
    command.addAll(end < 0 ? command.size() : end, connect);
    return Command.run(command);
  }

  /** The API, as a client in this process. */
  public Api api() {
    return Api.of(Objects.requireNonNull(connection)).as("e2e");
  }

  /** What is under the API server, for whom the store is etcd. */
  public RawStore rawStore() {
    return new RawStore("http://127.0.0.1:" + etcdPort);
  }

  /** HOST:PORT of the API server. */
  public String server() {
    return "127.0.0.1:" + apiPort;
  }

  /** Its token. */
  public String readToken() {
    try {
      return Files.readString(token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log of a process so far. */
  public Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /**
   * Stops everything in good order and takes what the kubelet made off the engine. A process that
   * does not stop is killed and reported only when all of that is done: what is left over would
   * make the next tests fail for no reason of theirs.
   */
  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    List<String> stubborn = processes.stopAll();
    Command.Result cleanUp = cleanUpNode();
    if (!stubborn.isEmpty()) {
      throw new AssertionError(
          "did not stop: " + stubborn + (cleanUp.exitCode() == 0 ? "" : "; " + cleanUp));
    }
    Matcher kept = KEPT_BY_THE_ENGINE.matcher(cleanUp.toString());
    if (kept.find()) {
      engine.leaveOut(kept.group(1));
    } else {
      cleanUp.succeeded();
    }
  }

  private Command.Result cleanUpNode() {
    List<String> command = new ArrayList<>(List.of(JAVA, "-jar", jar("kubelet").toString()));
    command.addAll(options(Component.KUBELET));
    command.add("--cleanup");
    return Command.run(command);
  }

  private int statusOf(String url) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(2)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // Not there yet.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** What a pod answers over HTTP on port 8080; empty if it does not. */
  public String ask(String podIp) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + podIp + ":8080/"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static Path jar(String room) {
    Path jar = ROOT.resolve(room).resolve("target").resolve("capstan-" + room + ".jar");
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + " is missing: build with `mvn package` first");
    }
    return jar;
  }
}
