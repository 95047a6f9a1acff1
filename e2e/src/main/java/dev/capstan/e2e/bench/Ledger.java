package dev.capstan.e2e.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.Conditions;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pods, Deployments and nodes as a watch tells of them, frame by frame; each frame is a whole
 * revision, and after each the invariants are checked:
 *
 * <ul>
 *   <li>I2: versions only grow.
 *   <li>I3: the bounds of a rolling update; see {@link PodGroup#checkBounds}.
 *   <li>I8: a pod keeps its node, and no node has more pods, CPU or memory on it than it has.
 * </ul>
 *
 * Not thread-safe.
 */
final class Ledger {

  private static final int ENOUGH = 20;

  private final Map<String, PodRecord> pods = new LinkedHashMap<>();
  private final Map<String, PodGroup> groups = new LinkedHashMap<>();
  private final Map<String, NodeRoom> nodes = new LinkedHashMap<>();
  private final Set<String> readyNodes = new LinkedHashSet<>();
  private final List<String> violations = new ArrayList<>();
  private String version = "";
  private long revisions;

  /**
   * Takes over a frame.
   *
   * @param now when it came
   */
  void apply(WatchFrame frame, long now) {
    Set<PodGroup> changed = new LinkedHashSet<>();
    Set<String> filled = new LinkedHashSet<>();
    for (WatchEvent event : frame.getEventsList()) {
      boolean gone = event.getType().equals("DELETED");
      try {
        switch (event.getKind()) {
          case "Pod" -> pod(Pod.parseFrom(event.getObject()), gone, now, changed, filled);
          case "Deployment" -> changed.add(deployment(event.getObject(), gone));
          case "Node" -> node(Node.parseFrom(event.getObject()), gone);
          default -> throw new IllegalStateException("not asked for: " + event.getKind());
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the server sent what is not a " + event.getKind(), e);
      }
    }
    if (!frame.getResourceVersion().isEmpty()) {
      reached(frame, changed, filled);
    }
  }

  private void reached(WatchFrame frame, Set<PodGroup> changed, Set<String> filled) {
    String next = frame.getResourceVersion();
    int order = version.isEmpty() ? 1 : ResourceVersions.compare(next, version);
    if (frame.getBookmark() ? order < 0 : order <= 0) {
      violate("version " + next + " came after " + version);
    }
    version = next;
    revisions++;
    if (violations.size() < ENOUGH) {
      changed.forEach(group -> group.checkBounds(version, violations));
      filled.stream()
          .filter(node -> room(node).overcommitted())
          .forEach(node -> violate("node " + node + " is over-committed at " + version));
    }
  }

  private void pod(Pod pod, boolean gone, long now, Set<PodGroup> changed, Set<String> filled) {
    String uid = pod.getMetadata().getUid();
    PodRecord record = pods.get(uid);
    if (record == null) {
      record = new PodRecord(pod, now);
      pods.put(uid, record);
      group(record.app).created(record);
    } else {
      out(record);
    }
    bind(record, pod.getSpec().getNodeName());
    record.update(pod, now);
    if (gone) {
      pods.remove(uid);
    } else {
      in(record);
    }
    changed.add(group(record.app));
    filled.add(record.node);
  }

  private void bind(PodRecord record, String node) {
    if (!record.node.isEmpty() && !record.node.equals(node)) {
      violate("pod " + record.name + " went from " + record.node + " to " + node);
    }
    record.node = node;
  }

  private void out(PodRecord record) {
    group(record.app).count(record, -1);
    if (record.holdsRoom) {
      room(record.node).take(record, -1);
    }
  }

  private void in(PodRecord record) {
    group(record.app).count(record, 1);
    if (record.holdsRoom) {
      room(record.node).take(record, 1);
    }
  }

  private PodGroup deployment(ByteString object, boolean gone)
      throws InvalidProtocolBufferException {
    Deployment deployment = Deployment.parseFrom(object);
    PodGroup group = group(deployment.getMetadata().getName());
    @Nullable Deployment now = gone ? null : deployment;
    group.deployment(now);
    return group;
  }

  private void node(Node node, boolean gone) {
    String name = node.getMetadata().getName();
    room(name).has(gone ? Node.getDefaultInstance() : node);
    if (!gone
        && Conditions.isTrue(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY)) {
      readyNodes.add(name);
    } else {
      readyNodes.remove(name);
    }
  }

  private NodeRoom room(String node) {
    return nodes.computeIfAbsent(node, n -> new NodeRoom());
  }

  private void violate(String what) {
    if (violations.size() < ENOUGH) {
      violations.add(what);
    }
  }

  /** The pods with this {@code app} label. */
  PodGroup group(String app) {
    return groups.computeIfAbsent(app, PodGroup::new);
  }

  /** Nodes that are ready. */
  int readyNodes() {
    return readyNodes.size();
  }

  /** All pods that exist, of whatever group. */
  int existing() {
    return pods.size();
  }

  /** How many revisions were looked at. */
  long revisions() {
    return revisions;
  }

  /** The first things found wrong; empty is good. */
  List<String> violations() {
    return List.copyOf(violations);
  }
}
