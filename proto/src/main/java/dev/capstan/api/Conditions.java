package dev.capstan.api;

import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading and writing lists of conditions. */
public final class Conditions {

  private Conditions() {}

  /** The condition of this type. */
  public static Optional<Condition> find(List<Condition> conditions, String type) {
    // No stream: the controllers ask this of every pod of a workload at each look.
    for (Condition condition : conditions) {
      if (condition.getType().equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** True if the condition is there and its status is "True". */
  public static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type)
        .map(condition -> condition.getStatus().equals(WellKnown.TRUE))
        .orElse(false);
  }

  /**
   * The list with one condition put in its place: the transition time stays while the status does,
   * and a condition that says nothing new is left as it was.
   */
  public static List<Condition> with(
      List<Condition> conditions,
      String type,
      String status,
      String reason,
      String message,
      Timestamp now) {
    Optional<Condition> old = find(conditions, type);
    boolean sameStatus = old.isPresent() && old.get().getStatus().equals(status);
    if (sameStatus
        && old.get().getReason().equals(reason)
        && old.get().getMessage().equals(message)) {
      return conditions;
    }
    Condition fresh =
        Condition.newBuilder()
            .setType(type)
            .setStatus(status)
            .setReason(reason)
            .setMessage(message)
            .setLastTransitionTime(sameStatus ? old.get().getLastTransitionTime() : now)
            .setLastUpdateTime(now)
            .build();
    return replace(conditions, fresh);
  }

  private static List<Condition> replace(List<Condition> conditions, Condition fresh) {
    List<Condition> result = new ArrayList<>(conditions.size() + 1);
    boolean replaced = false;
    for (Condition condition : conditions) {
      boolean same = condition.getType().equals(fresh.getType());
      result.add(same ? fresh : condition);
      replaced |= same;
    }
    if (!replaced) {
      result.add(fresh);
    }
    return List.copyOf(result);
  }
}
