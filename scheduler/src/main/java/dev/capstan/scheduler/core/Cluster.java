package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Node;
import dev.capstan.scheduler.core.Obstacle.Change;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes and what is placed on them. Keeps a log of which node changed when, so that a class of
 * pods re-rates just those.
 */
final class Cluster {

  private final Map<String, NodeState> nodes = new TreeMap<>();
  private final NodesByLoad byLoad = new NodesByLoad();

  /** Pods by node, also of nodes that are not known (yet, or any more). */
  private final Map<String, Map<String, PodNeeds>> placed = new LinkedHashMap<>();

  /** Changed nodes, oldest first; the entry at index i has sequence number {@code logStart + i}. */
  private final List<NodeState> log = new ArrayList<>();

  private long logStart;

  /** Changes when nodes come or go: ranks built before are worthless. */
  private long membership;

  /** Takes over a node; returns what could help a waiting pod. */
  EnumSet<Change> observe(Node node) {
    String name = node.getMetadata().getName();
    NodeState known = nodes.get(name);
    if (known != null) {
      byLoad.remove(known);
      EnumSet<Change> changes = known.observe(node);
      byLoad.add(known);
      logChange(known);
      return changes;
    }
    NodeState fresh = new NodeState(name);
    fresh.observe(node);
    placed.getOrDefault(name, Map.of()).values().forEach(fresh::add);
    nodes.put(name, fresh);
    byLoad.add(fresh);
    membership++;
    return EnumSet.of(Change.NODE_ADDED);
  }

  /** Forgets a node; its pods stay known in case it comes back. */
  void removeNode(String name) {
    NodeState gone = nodes.remove(name);
    if (gone != null) {
      byLoad.remove(gone);
      membership++;
    }
  }

  void place(String uid, PodNeeds needs, String nodeName) {
    placed.computeIfAbsent(nodeName, name -> new LinkedHashMap<>()).put(uid, needs);
    NodeState node = nodes.get(nodeName);
    if (node != null) {
      byLoad.remove(node);
      node.add(needs);
      byLoad.add(node);
      logChange(node);
    }
  }

  void unplace(String uid, String nodeName) {
    Map<String, PodNeeds> pods = placed.get(nodeName);
    PodNeeds needs = pods == null ? null : pods.remove(uid);
    if (pods != null && pods.isEmpty()) {
      placed.remove(nodeName);
    }
    NodeState node = nodes.get(nodeName);
    if (needs != null && node != null) {
      byLoad.remove(node);
      node.remove(needs);
      byLoad.add(node);
      logChange(node);
    }
  }

  private void logChange(NodeState node) {
    int limit = 1024 + 4 * nodes.size();
    if (log.size() >= limit) {
      int dropped = limit / 2;
      log.subList(0, dropped).clear();
      logStart += dropped;
    }
    log.add(node);
  }

  /** The nodes in order of their names. */
  Iterable<NodeState> nodes() {
    return nodes.values();
  }

  /** The best node for a pod, found by a search; null if none takes it. */
  @Nullable NodeState best(PodNeeds needs) {
    return byLoad.best(needs);
  }

  int size() {
    return nodes.size();
  }

  @Nullable NodeState node(String name) {
    return nodes.get(name);
  }

  long membership() {
    return membership;
  }

  /** The sequence number the next change will have. */
  long logEnd() {
    return logStart + log.size();
  }

  /**
   * The nodes that changed since a sequence number, or null if the log does not reach back that
   * far.
   */
  @Nullable List<NodeState> changedSince(long sequence) {
    return sequence < logStart ? null : log.subList((int) (sequence - logStart), log.size());
  }
}
