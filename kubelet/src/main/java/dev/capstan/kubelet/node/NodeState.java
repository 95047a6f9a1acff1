package dev.capstan.kubelet.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kubelet remembers of itself: its cluster, and the uids of the Node objects it has had
 * there, newest first. Everything else is read from the engine and the API.
 *
 * @param clusterId empty if it never joined one
 * @param nodeUids empty if it never registered
 */
public record NodeState(String clusterId, List<String> nodeUids) {

  private static final String FILE = "node-state";
  private static final int MOST_UIDS = 100;

  public NodeState {
    nodeUids = List.copyOf(nodeUids);
  }

  /** Reads the state of a data folder; an empty one if there is none. */
  public static NodeState read(Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve(FILE), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return new NodeState("", List.of());
    }
    String cluster = "";
    List<String> uids = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("cluster ")) {
        cluster = line.substring("cluster ".length()).strip();
      } else if (line.startsWith("node ")) {
        uids.add(line.substring("node ".length()).strip());
      }
    }
    return new NodeState(cluster, uids);
  }

  /** Writes the state whole or not at all: a full disk leaves the old one. */
  public void write(Path data) throws IOException {
    StringBuilder text = new StringBuilder("cluster " + clusterId + "\n");
    nodeUids.forEach(uid -> text.append("node ").append(uid).append('\n'));
    Files.createDirectories(data);
    Path fresh = data.resolve(FILE + ".new");
    Files.writeString(fresh, text);
    Files.move(
        fresh,
        data.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** With this node uid in front. */
  public NodeState withUid(String cluster, String uid) {
    List<String> uids = new ArrayList<>();
    uids.add(uid);
    if (cluster.equals(clusterId)) {
      nodeUids.stream().filter(old -> !old.equals(uid)).limit(MOST_UIDS).forEach(uids::add);
    }
    return new NodeState(cluster, uids);
  }
}
