package dev.capstan.kubelet.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kubelet remembers of itself: its cluster, its node's name there, and the uids of the Node
 * objects it has had, newest first. Everything else is read from the engine and the API.
 *
 * @param clusterId empty if it never joined one
 * @param nodeName empty if it never registered, or did so before names were remembered
 * @param nodeUids empty if it never registered
 */
public record NodeState(String clusterId, String nodeName, List<String> nodeUids) {

  /** Of a kubelet that never worked. */
  public static final NodeState NONE = new NodeState("", "", List.of());

  private static final String FILE = "node-state";
  private static final String END = "end";
  private static final int MOST_UIDS = 100;

  public NodeState {
    nodeUids = List.copyOf(nodeUids);
  }

  /**
   * Reads the state of a data folder; {@link #NONE} if it holds no such file.
   *
   * @throws IOException if the file cannot be read or is not what a kubelet has written: whoever
   *     took that for a new node would give up the containers that it has
   */
  public static NodeState read(Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve(FILE), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return NONE;
    }
    String cluster = "";
    String name = "";
    List<String> uids = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("cluster ")) {
        cluster = line.substring("cluster ".length()).strip();
      } else if (line.startsWith("name ")) {
        name = line.substring("name ".length()).strip();
      } else if (line.startsWith("node ")) {
        uids.add(line.substring("node ".length()).strip());
      }
    }
    // Before names were remembered nothing told the end.
    boolean whole = name.isEmpty() || lines.getLast().equals(END);
    if (cluster.isEmpty() || uids.isEmpty() || !whole) {
      throw new IOException(
          data.resolve(FILE)
              + " is damaged: it is empty or cut off; put back a copy, or remove it if no containers"
              + " of this node are wanted any more");
    }
    return new NodeState(cluster, name, uids);
  }

  /** Writes the state whole or not at all: a full disk or a power cut leaves the old one. */
  public void write(Path data) throws IOException {
    StringBuilder text = new StringBuilder("cluster " + clusterId + "\n");
    if (!nodeName.isEmpty()) {
      text.append("name ").append(nodeName).append('\n');
    }
    nodeUids.forEach(uid -> text.append("node ").append(uid).append('\n'));
    text.append(END).append('\n');
    Files.createDirectories(data);
    Path fresh = data.resolve(FILE + ".new");
    Files.writeString(
        fresh,
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC);
    Files.move(
        fresh,
        data.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets what a data folder holds. */
  public static void forget(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }

  /** As node of that name, with this uid in front. */
  public NodeState registered(String cluster, String name, String uid) {
    List<String> uids = new ArrayList<>();
    uids.add(uid);
    if (cluster.equals(clusterId)) {
      nodeUids.stream().filter(old -> !old.equals(uid)).limit(MOST_UIDS).forEach(uids::add);
    }
    return new NodeState(cluster, name, uids);
  }
}
