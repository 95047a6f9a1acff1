package dev.capstan.e2e.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** The engine as its owner sees it: everything on it, whoever made it. */
public final class Engine {

  private final String host;
  private final List<String> leftOut = new CopyOnWriteArrayList<>();

  private Engine(String host) {
    this.host = host;
  }

  /** The engine of {@code $DOCKER_HOST}; system tests never fall back to the machine's own. */
  public static Engine ofEnvironment() {
    String host = System.getenv("DOCKER_HOST");
    if (host == null || host.isBlank()) {
      throw new AssertionError("system tests need $DOCKER_HOST; deploy/test sets it");
    }
    return new Engine(host);
  }

  /** Its address. */
  public String host() {
    return host;
  }

  /** Runs {@code docker} against it. */
  public String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host));
    command.addAll(List.of(arguments));
    return Command.run(command).succeeded().out().strip();
  }

  /**
   * Every container in whatever state, network and volume, by id; what is left over shows in the
   * difference.
   */
  public List<String> everything() {
    TreeSet<String> all = new TreeSet<>();
    lines("ps", "-a", "--no-trunc", "--format", "container {{.ID}} {{.Names}}").forEach(all::add);
    lines("network", "ls", "--no-trunc", "--format", "network {{.ID}} {{.Name}}").forEach(all::add);
    lines("volume", "ls", "--format", "volume {{.Name}}").forEach(all::add);
    all.removeIf(line -> leftOut.stream().anyMatch(name -> line.endsWith(" " + name)));
    return List.copyOf(all);
  }

  /** A network that the engine cannot remove is not counted among {@link #everything}. */
  void leaveOut(String network) {
    leftOut.add(network);
  }

  /** Ids of the running containers of an image. */
  public List<String> running(String image) {
    return lines("ps", "-q", "--no-trunc", "--filter", "ancestor=" + image);
  }

  /** The lines a docker command prints. */
  public List<String> lines(String... arguments) {
    return docker(arguments).lines().filter(line -> !line.isBlank()).toList();
  }
}
