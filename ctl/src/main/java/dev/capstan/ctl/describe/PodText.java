package dev.capstan.ctl.describe;

import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerState;
import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.Toleration;
import dev.capstan.ctl.table.Cells;
import dev.capstan.ctl.table.PodWords;
import java.util.List;

/** A pod, in the order of kubectl. */
final class PodText {

  private PodText() {}

  static void describe(Sheet sheet, Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    PodStatus status = pod.getStatus();
    sheet.put(0, "Name", meta.getName());
    sheet.put(0, "Namespace", meta.getNamespace());
    sheet.put(0, "Priority", pod.getSpec().getPriority());
    sheet.put(0, "Service Account", "default");
    sheet.put(0, "Node", node(pod));
    if (status.hasStartTime()) {
      sheet.put(0, "Start Time", Sheet.time(status.getStartTime()));
    }
    sheet.map(0, "Labels", meta.getLabelsMap(), "=");
    sheet.map(0, "Annotations", meta.getAnnotationsMap(), ": ");
    status(sheet, pod);
    sheet.put(0, "IP", status.getPodIp());
    if (status.getPodIp().isEmpty()) {
      sheet.put(0, "IPs", "<none>");
    } else {
      sheet.head(0, "IPs").row(1, "IP:", status.getPodIp());
    }
    for (OwnerReference owner : meta.getOwnerReferencesList()) {
      if (owner.getController()) {
        sheet.put(0, "Controlled By", owner.getKind() + "/" + owner.getName());
      }
    }
    sheet.head(0, "Containers");
    pod.getSpec().getContainersList().forEach(c -> container(sheet, c, find(status, c)));
    conditions(sheet, status.getConditionsList());
    sheet.put(0, "Volumes", "<none>");
    sheet.put(0, "QoS Class", Cells.orNone(status.getQosClass()));
    sheet.map(0, "Node-Selectors", pod.getSpec().getNodeSelectorMap(), "=");
    sheet.lines(
        0,
        "Tolerations",
        pod.getSpec().getTolerationsList().stream().map(PodText::toleration).toList());
  }

  private static void status(Sheet sheet, Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    if (meta.hasDeletionTimestamp()) {
      sheet.put(0, "Status", "Terminating (since " + Sheet.time(meta.getDeletionTimestamp()) + ")");
      sheet.put(0, "Termination Grace Period", meta.getDeletionGracePeriodSeconds() + "s");
    } else {
      sheet.put(
          0,
          "Status",
          pod.getStatus().getPhase().isEmpty() ? "Pending" : pod.getStatus().getPhase());
    }
    String word = PodWords.status(pod);
    String reason = pod.getStatus().getReason();
    sheet.putIf(0, "Reason", reason.isEmpty() && word.equals("CrashLoopBackOff") ? word : reason);
    sheet.putIf(0, "Message", pod.getStatus().getMessage());
  }

  private static String node(Pod pod) {
    String node = pod.getSpec().getNodeName();
    String ip = pod.getStatus().getHostIp();
    return node.isEmpty() ? "<none>" : node + "/" + ip;
  }

  private static ContainerStatus find(PodStatus status, Container c) {
    return status.getContainerStatusesList().stream()
        .filter(s -> s.getName().equals(c.getName()))
        .findFirst()
        .orElse(ContainerStatus.getDefaultInstance());
  }

  private static void container(Sheet sheet, Container c, ContainerStatus status) {
    sheet.head(1, c.getName());
    sheet.put(2, "Container ID", status.getContainerId());
    sheet.put(2, "Image", c.getImage());
    sheet.put(2, "Image ID", status.getImageId());
    ContainerText.ports(sheet, 2, c);
    ContainerText.words(sheet, 2, "Command", c.getCommandList());
    ContainerText.words(sheet, 2, "Args", c.getArgsList());
    state(sheet, "State", status.getState());
    if (status.getLastState().hasTerminated()) {
      state(sheet, "Last State", status.getLastState());
    }
    sheet.put(2, "Ready", status.getReady() ? "True" : "False");
    sheet.put(2, "Restart Count", status.getRestartCount());
    ContainerText.quantities(sheet, 2, "Limits", c.getResources().getLimitsMap());
    ContainerText.quantities(sheet, 2, "Requests", c.getResources().getRequestsMap());
    ContainerText.probes(sheet, 2, c);
    ContainerText.environment(sheet, 2, c);
    sheet.put(2, "Mounts", "<none>");
  }

  private static void state(Sheet sheet, String name, ContainerState state) {
    if (state.hasRunning()) {
      sheet.put(2, name, "Running");
      sheet.put(3, "Started", Sheet.time(state.getRunning().getStartedAt()));
    } else if (state.hasTerminated()) {
      ContainerStateTerminated t = state.getTerminated();
      sheet.put(2, name, "Terminated");
      sheet.putIf(3, "Reason", t.getReason());
      sheet.putIf(3, "Message", t.getMessage());
      sheet.put(3, "Exit Code", t.getExitCode());
      if (t.getSignal() > 0) {
        sheet.put(3, "Signal", t.getSignal());
      }
      sheet.put(3, "Started", t.hasStartedAt() ? Sheet.time(t.getStartedAt()) : "<unknown>");
      sheet.put(3, "Finished", t.hasFinishedAt() ? Sheet.time(t.getFinishedAt()) : "<unknown>");
    } else {
      sheet.put(2, name, "Waiting");
      sheet.putIf(3, "Reason", state.getWaiting().getReason());
      sheet.putIf(3, "Message", state.getWaiting().getMessage());
    }
  }

  /**
   * Why a pod waits is the first thing people look for: reasons and messages are shown, unlike
   * kubectl's.
   */
  static void conditions(Sheet sheet, List<Condition> conditions) {
    if (conditions.isEmpty()) {
      return;
    }
    sheet.head(0, "Conditions");
    boolean reasons =
        conditions.stream().anyMatch(c -> !c.getReason().isEmpty() || !c.getMessage().isEmpty());
    if (reasons) {
      sheet.row(1, "Type", "Status", "Reason", "Message");
    } else {
      sheet.row(1, "Type", "Status");
    }
    for (Condition c : conditions) {
      if (reasons) {
        sheet.row(1, c.getType(), c.getStatus(), c.getReason(), c.getMessage().strip());
      } else {
        sheet.row(1, c.getType(), c.getStatus());
      }
    }
  }

  private static String toleration(Toleration t) {
    StringBuilder b = new StringBuilder(t.getKey());
    if (!t.getValue().isEmpty()) {
      b.append('=').append(t.getValue());
    }
    if (!t.getEffect().isEmpty()) {
      b.append(':').append(t.getEffect());
    }
    if (t.getOperator().equals("Exists") && t.getValue().isEmpty()) {
      b.append(b.isEmpty() ? "op=Exists" : " op=Exists");
    }
    if (t.hasTolerationSeconds()) {
      b.append(" for ").append(t.getTolerationSeconds()).append('s');
    }
    return b.toString();
  }
}
