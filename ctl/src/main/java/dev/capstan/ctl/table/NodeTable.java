package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeAddress;
import dev.capstan.api.v1.NodeSystemInfo;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Nodes. */
public final class NodeTable implements KindTable {

  @Override
  public List<String> headings() {
    return List.of(
        "NAME",
        "STATUS",
        "ROLES",
        "AGE",
        "VERSION",
        "INTERNAL-IP",
        "EXTERNAL-IP",
        "OS-IMAGE",
        "KERNEL-VERSION",
        "CONTAINER-RUNTIME");
  }

  @Override
  public int narrow() {
    return 5;
  }

  @Override
  public List<String> row(Message object, Instant now) {
    Node node = (Node) object;
    NodeSystemInfo info = node.getStatus().getNodeInfo();
    return List.of(
        node.getMetadata().getName(),
        status(node),
        roles(node),
        Cells.age(node.getMetadata(), now),
        info.getKubeletVersion(),
        address(node, "InternalIP"),
        address(node, "ExternalIP"),
        unknown(info.getOsImage()),
        unknown(info.getKernelVersion()),
        unknown(info.getContainerRuntimeVersion()));
  }

  /** The STATUS column. */
  static String status(Node node) {
    String word =
        Conditions.find(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY)
            .map(c -> c.getStatus().equals(WellKnown.TRUE) ? "Ready" : "NotReady")
            .orElse("Unknown");
    return node.getSpec().getUnschedulable() ? word + ",SchedulingDisabled" : word;
  }

  /** The roles its labels say, or {@code <none>}. */
  public static String roles(Node node) {
    String prefix = WellKnown.LABEL_NODE_ROLE_PREFIX;
    return Cells.orNone(
        node.getMetadata().getLabelsMap().keySet().stream()
            .filter(label -> label.startsWith(prefix) && label.length() > prefix.length())
            .map(label -> label.substring(prefix.length()))
            .sorted()
            .collect(Collectors.joining(",")));
  }

  private static String address(Node node, String type) {
    return node.getStatus().getAddressesList().stream()
        .filter(a -> a.getType().equals(type))
        .map(NodeAddress::getAddress)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("<none>");
  }

  private static String unknown(String s) {
    return s.isEmpty() ? "<unknown>" : s;
  }
}
