package dev.capstan.kubelet.pod;

import com.google.protobuf.Timestamp;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.PodStatus;
import java.util.List;

/** Composes the status of a pod. Pure. */
final class PodStatuses {

  static final String PENDING = "Pending";
  static final String RUNNING = "Running";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private static final List<String> OURS =
      List.of(
          WellKnown.CONDITION_INITIALIZED,
          WellKnown.CONDITION_READY,
          WellKnown.CONDITION_CONTAINERS_READY);

  private PodStatuses() {}

  static boolean isFinal(String phase) {
    return phase.equals(SUCCEEDED) || phase.equals(FAILED);
  }

  /** The kubelet's conditions on top of earlier ones, whose transition times they keep. */
  static List<Condition> conditions(
      List<Condition> earlier, String phase, String container, boolean ready, Timestamp now) {
    List<Condition> conditions =
        Conditions.with(earlier, WellKnown.CONDITION_INITIALIZED, WellKnown.TRUE, "", "", now);
    String status = ready ? WellKnown.TRUE : WellKnown.FALSE;
    String reason = ready ? "" : reason(phase);
    String message =
        ready || isFinal(phase) ? "" : "containers with unready status: [" + container + "]";
    conditions =
        Conditions.with(conditions, WellKnown.CONDITION_READY, status, reason, message, now);
    return Conditions.with(
        conditions, WellKnown.CONDITION_CONTAINERS_READY, status, reason, message, now);
  }

  private static String reason(String phase) {
    return switch (phase) {
      case SUCCEEDED -> "PodCompleted";
      case FAILED -> "PodFailed";
      default -> "ContainersNotReady";
    };
  }

  /**
   * The status to store: everything the kubelet's, but for conditions that others write and for the
   * fields only the server writes. A condition whose status is what is stored keeps its transition
   * time.
   */
  static PodStatus merge(PodStatus stored, PodStatus desired) {
    PodStatus.Builder merged = desired.toBuilder().clearConditions();
    for (Condition condition : desired.getConditionsList()) {
      if (OURS.contains(condition.getType())) {
        merged.addConditions(keepTimes(stored, condition));
      }
    }
    for (Condition condition : stored.getConditionsList()) {
      if (!OURS.contains(condition.getType())) {
        merged.addConditions(condition);
      }
    }
    return merged.setQosClass(stored.getQosClass()).build();
  }

  private static Condition keepTimes(PodStatus stored, Condition condition) {
    return Conditions.find(stored.getConditionsList(), condition.getType())
        .filter(old -> old.getStatus().equals(condition.getStatus()))
        .map(old ->
            condition.toBuilder()
                .setLastTransitionTime(old.getLastTransitionTime())
                .setLastUpdateTime(
                    same(old, condition) ? old.getLastUpdateTime() : condition.getLastUpdateTime())
                .build())
        .orElse(condition);
  }

  private static boolean same(Condition a, Condition b) {
    return a.getReason().equals(b.getReason()) && a.getMessage().equals(b.getMessage());
  }
}
