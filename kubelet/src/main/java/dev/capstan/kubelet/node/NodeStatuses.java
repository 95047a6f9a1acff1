package dev.capstan.kubelet.node;

import com.google.protobuf.Timestamp;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.NodeStatus;
import java.util.List;
import java.util.Locale;

/** Composes the status of a node. Pure. */
final class NodeStatuses {

  private NodeStatuses() {}

  /**
   * The status of a node in this state of health; conditions that say nothing new stay as they are
   * stored.
   */
  static NodeStatus of(NodeProfile profile, NodeHealth health, NodeStatus stored, Timestamp now) {
    String engine =
        health.engine().isEmpty()
            ? stored.getNodeInfo().getContainerRuntimeVersion()
            : health.engine();
    List<Condition> conditions = stored.getConditionsList();
    conditions = pressure(conditions, "MemoryPressure", "Memory", health.memoryPressure(), now);
    conditions = pressure(conditions, "DiskPressure", "Disk", health.diskPressure(), now);
    conditions = ready(conditions, health.engineTrouble(), now);
    return profile.status(engine).addAllConditions(conditions).build();
  }

  private static List<Condition> ready(List<Condition> conditions, String trouble, Timestamp now) {
    return trouble.isEmpty()
        ? Conditions.with(
            conditions,
            WellKnown.CONDITION_READY,
            WellKnown.TRUE,
            "KubeletReady",
            "kubelet is posting ready status",
            now)
        : Conditions.with(
            conditions,
            WellKnown.CONDITION_READY,
            WellKnown.FALSE,
            "KubeletNotReady",
            "container engine: " + trouble,
            now);
  }

  private static List<Condition> pressure(
      List<Condition> conditions, String type, String what, Pressure pressure, Timestamp now) {
    return switch (pressure) {
      case Pressure.None none ->
          Conditions.with(
              conditions,
              type,
              WellKnown.FALSE,
              "KubeletHasSufficient" + what,
              "kubelet has sufficient " + what.toLowerCase(Locale.ROOT) + " available",
              now);
      case Pressure.Present(String words) ->
          Conditions.with(
              conditions, type, WellKnown.TRUE, "KubeletHasInsufficient" + what, words, now);
      case Pressure.Unknown(String words) ->
          Conditions.with(
              conditions, type, WellKnown.UNKNOWN, "KubeletCannotTell" + what, words, now);
    };
  }
}
