package dev.capstan.e2e.bench;

import dev.capstan.api.Quantity;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where pods were put, judged without any code of the scheduler: room, selectors, host ports,
 * taints and the evenness of what is alike.
 */
final class Placements {

  private static final int ENOUGH = 5;

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, List<Pod>> on = new LinkedHashMap<>();
  private int count;

  Placements(List<Node> all) {
    all.forEach(node -> nodes.put(node.getMetadata().getName(), node));
  }

  void place(Pod pod, String node) {
    on.computeIfAbsent(node, n -> new ArrayList<>()).add(pod);
    count++;
  }

  /** Pods placed. */
  int count() {
    return count;
  }

  /** What is wrong; empty is good. */
  List<String> violations() {
    List<String> wrong = new ArrayList<>();
    on.forEach((name, pods) -> {
      Node node = nodes.get(name);
      if (node == null) {
        wrong.add("there is no node " + name);
      } else if (wrong.size() < ENOUGH) {
        room(node, pods, wrong);
        wishes(node, pods, wrong);
      }
    });
    return wrong;
  }

  private static void room(Node node, List<Pod> pods, List<String> wrong) {
    long cpu = pods.stream().mapToLong(pod -> requested(pod, "cpu").millis()).sum();
    long memory = pods.stream().mapToLong(pod -> requested(pod, "memory").units()).sum();
    Map<String, String> has = node.getStatus().getAllocatableMap();
    if (cpu > Quantity.parse(Objects.requireNonNull(has.get("cpu"))).millis()
        || memory > Quantity.parse(Objects.requireNonNull(has.get("memory"))).units()
        || pods.size() > Quantity.parse(Objects.requireNonNull(has.get("pods"))).units()) {
      wrong.add(node.getMetadata().getName() + " has more on it than it has");
    }
  }

  private static void wishes(Node node, List<Pod> pods, List<String> wrong) {
    Map<Integer, String> ports = new HashMap<>();
    for (Pod pod : pods) {
      String at = pod.getMetadata().getName() + " on " + node.getMetadata().getName();
      if (!node.getMetadata()
          .getLabelsMap()
          .entrySet()
          .containsAll(pod.getSpec().getNodeSelectorMap().entrySet())) {
        wrong.add(at + ": it selects other nodes");
      }
      for (Taint taint : node.getSpec().getTaintsList()) {
        if (pod.getSpec().getTolerationsList().stream()
            .noneMatch(toleration -> toleration.getKey().equals(taint.getKey()))) {
          wrong.add(at + ": it does not tolerate " + taint.getKey());
        }
      }
      for (ContainerPort port : pod.getSpec().getContainers(0).getPortsList()) {
        if (port.getHostPort() > 0 && ports.putIfAbsent(port.getHostPort(), at) != null) {
          wrong.add(at + ": host port " + port.getHostPort() + " is taken");
        }
      }
    }
  }

  private static Quantity requested(Pod pod, String resource) {
    return Quantity.parse(
        pod.getSpec().getContainers(0).getResources().getRequestsOrDefault(resource, "0"));
  }

  /** The most pods on any node, less the fewest on any node without taints. */
  int unevenness() {
    int most = on.values().stream().mapToInt(List::size).max().orElse(0);
    int fewest =
        nodes.values().stream()
            .filter(node -> node.getSpec().getTaintsCount() == 0)
            .mapToInt(node -> on.getOrDefault(node.getMetadata().getName(), List.of()).size())
            .min()
            .orElse(0);
    return most - fewest;
  }
}
