package dev.capstan.ctl.describe;

import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeAddress;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceRequirements;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.table.Cells;
import dev.capstan.ctl.table.NodeTable;
import dev.capstan.ctl.text.Quantities;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node, in the order of kubectl. */
record NodeText(Cli cli) {

  void describe(Sheet sheet, Node node) throws InterruptedException {
    ObjectMeta meta = node.getMetadata();
    sheet.put(0, "Name", meta.getName());
    sheet.put(0, "Roles", NodeTable.roles(node));
    sheet.map(0, "Labels", meta.getLabelsMap(), "=");
    sheet.map(0, "Annotations", meta.getAnnotationsMap(), ": ");
    sheet.put(0, "CreationTimestamp", Sheet.time(meta.getCreationTimestamp()));
    sheet.lines(0, "Taints", node.getSpec().getTaintsList().stream().map(NodeText::taint).toList());
    sheet.put(0, "Unschedulable", node.getSpec().getUnschedulable());
    lease(sheet, meta.getName());
    conditions(sheet, node.getStatus().getConditionsList());
    sheet.head(0, "Addresses");
    for (NodeAddress a : node.getStatus().getAddressesList()) {
      sheet.put(1, a.getType(), a.getAddress());
    }
    quantities(sheet, "Capacity", node.getStatus().getCapacityMap());
    quantities(sheet, "Allocatable", node.getStatus().getAllocatableMap());
    system(sheet, node.getStatus().getNodeInfo());
    sheet.putIf(0, "PodCIDR", node.getSpec().getPodCidr());
    pods(sheet, node);
  }

  private static String taint(Taint t) {
    return t.getKey() + (t.getValue().isEmpty() ? "" : "=" + t.getValue()) + ":" + t.getEffect();
  }

  private void lease(Sheet sheet, String name) throws InterruptedException {
    Optional<Lease> lease = cli.api().leases().namespace(WellKnown.NAMESPACE_NODE_LEASE).find(name);
    if (lease.isEmpty()) {
      sheet.put(0, "Lease", "<none>");
      return;
    }
    sheet.head(0, "Lease");
    sheet.put(1, "HolderIdentity", lease.get().getSpec().getHolderIdentity());
    boolean renewed = lease.get().getSpec().hasRenewTime();
    sheet.put(
        1, "RenewTime", renewed ? Sheet.time(lease.get().getSpec().getRenewTime()) : "<unset>");
  }

  private static void conditions(Sheet sheet, List<Condition> conditions) {
    sheet.head(0, "Conditions");
    sheet.row(1, "Type", "Status", "LastTransitionTime", "Reason", "Message");
    sheet.row(1, "----", "------", "------------------", "------", "-------");
    for (Condition c : conditions) {
      sheet.row(
          1,
          c.getType(),
          c.getStatus(),
          Sheet.time(c.getLastTransitionTime()),
          c.getReason(),
          c.getMessage().strip());
    }
  }

  private static void quantities(Sheet sheet, String name, Map<String, String> map) {
    sheet.head(0, name);
    new TreeMap<>(map).forEach((k, v) -> sheet.put(1, k, v));
  }

  private static void system(Sheet sheet, NodeSystemInfo info) {
    sheet.head(0, "System Info");
    sheet.put(1, "Machine ID", info.getMachineId());
    sheet.put(1, "Kernel Version", info.getKernelVersion());
    sheet.put(1, "OS Image", info.getOsImage());
    sheet.put(1, "Operating System", info.getOperatingSystem());
    sheet.put(1, "Architecture", info.getArchitecture());
    sheet.put(1, "Container Runtime Version", info.getContainerRuntimeVersion());
    sheet.put(1, "Kubelet Version", info.getKubeletVersion());
  }

  private void pods(Sheet sheet, Node node) throws InterruptedException {
    String name = node.getMetadata().getName();
    List<Pod> pods =
        cli.api().pods().list(ListOptions.fields("spec.nodeName=" + name)).items().stream()
            .filter(p -> !p.getStatus().getPhase().equals("Succeeded"))
            .filter(p -> !p.getStatus().getPhase().equals("Failed"))
            .toList();
    sheet.put(0, "Non-terminated Pods", "(" + pods.size() + " in total)");
    if (!pods.isEmpty()) {
      sheet.row(
          1,
          "Namespace",
          "Name",
          "CPU Requests",
          "CPU Limits",
          "Memory Requests",
          "Memory Limits",
          "Age");
      sheet.row(
          1,
          "---------",
          "----",
          "------------",
          "----------",
          "---------------",
          "-------------",
          "---");
    }
    Map<String, String> all = node.getStatus().getAllocatableMap();
    for (Pod pod : pods) {
      ResourceRequirements r = sum(List.of(pod));
      sheet.row(
          1,
          pod.getMetadata().getNamespace(),
          pod.getMetadata().getName(),
          share(r.getRequestsMap(), all, "cpu"),
          share(r.getLimitsMap(), all, "cpu"),
          share(r.getRequestsMap(), all, "memory"),
          share(r.getLimitsMap(), all, "memory"),
          Cells.age(pod.getMetadata(), cli.now()));
    }
    ResourceRequirements total = sum(pods);
    sheet.head(0, "Allocated resources");
    sheet.row(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    sheet.row(1, "Resource", "Requests", "Limits");
    sheet.row(1, "--------", "--------", "------");
    for (String resource : List.of("cpu", "memory")) {
      sheet.row(
          1,
          resource,
          share(total.getRequestsMap(), all, resource),
          share(total.getLimitsMap(), all, resource));
    }
  }

  private static ResourceRequirements sum(List<Pod> pods) {
    ResourceRequirements.Builder sum = ResourceRequirements.newBuilder();
    for (String resource : List.of("cpu", "memory")) {
      Quantity requests = Quantity.ZERO;
      Quantity limits = Quantity.ZERO;
      for (Pod pod : pods) {
        for (Container c : pod.getSpec().getContainersList()) {
          ResourceRequirements r = c.getResources();
          limits = Quantities.add(limits, r.getLimitsOrDefault(resource, "0"));
          requests =
              Quantities.add(
                  requests, r.getRequestsOrDefault(resource, r.getLimitsOrDefault(resource, "0")));
        }
      }
      sum.putRequests(resource, Quantities.print(resource, requests));
      sum.putLimits(resource, Quantities.print(resource, limits));
    }
    return sum.build();
  }

  private static String share(Map<String, String> used, Map<String, String> all, String resource) {
    String amount = used.getOrDefault(resource, "0");
    return amount + " (" + Quantities.percent(amount, all.getOrDefault(resource, "0")) + "%)";
  }
}
