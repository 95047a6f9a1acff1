package dev.capstan.controller.nodelifecycle;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Taints of nodes and what pods put up with, as Kubernetes matches them. */
public final class Taints {

  /** What is longer than a life is added to other times, and must not overflow them. */
  private static final Duration LONGEST_STAY = Duration.ofDays(36_500);

  static final String NO_EXECUTE = "NoExecute";
  static final String NO_SCHEDULE = "NoSchedule";

  private Taints() {}

  /** Tells taints of one node apart. */
  public static String id(Taint taint) {
    return taint.getKey() + "=" + taint.getValue() + ":" + taint.getEffect();
  }

  /** The taints that move pods, by whomever they were added. */
  public static List<Taint> evicting(Node node) {
    return node.getSpec().getTaintsList().stream().filter(Taints::isEvicting).toList();
  }

  /** True if the node has a taint that moves pods. */
  static boolean moves(Node node) {
    return node.getSpec().getTaintsList().stream().anyMatch(Taints::isEvicting);
  }

  private static boolean isEvicting(Taint taint) {
    return taint.getEffect().equals(NO_EXECUTE);
  }

  /** True for the taints that are added and removed here. */
  static boolean isOwn(Taint taint) {
    return taint.getKey().equals(WellKnown.TAINT_UNREACHABLE)
        || taint.getKey().equals(WellKnown.TAINT_NOT_READY);
  }

  /**
   * The node's taints with the own ones as they should be.
   *
   * @param unreachable nothing is known of the node
   * @param notReady the node says that it is not ready
   */
  static List<Taint> wanted(Node node, boolean unreachable, boolean notReady, Instant now) {
    List<Taint> own = new ArrayList<>();
    if (unreachable) {
      own.add(taint(WellKnown.TAINT_UNREACHABLE, NO_SCHEDULE, now));
      own.add(taint(WellKnown.TAINT_UNREACHABLE, NO_EXECUTE, now));
    } else if (notReady) {
      own.add(taint(WellKnown.TAINT_NOT_READY, NO_SCHEDULE, now));
    }
    List<Taint> result = new ArrayList<>();
    for (Taint taint : node.getSpec().getTaintsList()) {
      boolean stays = !isOwn(taint) || own.removeIf(wanted -> same(wanted, taint));
      if (stays) {
        result.add(taint);
      }
    }
    result.addAll(own);
    return List.copyOf(result);
  }

  private static boolean same(Taint a, Taint b) {
    return a.getKey().equals(b.getKey()) && a.getEffect().equals(b.getEffect());
  }

  private static Taint taint(String key, String effect, Instant now) {
    return Taint.newBuilder()
        .setKey(key)
        .setEffect(effect)
        .setTimeAdded(ApiTimes.seconds(now))
        .build();
  }

  /**
   * How long a pod may stay after the taint appears: zero if it does not tolerate it, empty for
   * ever. Of several tolerations that match the first counts.
   */
  static Optional<Duration> mayStay(List<Toleration> tolerations, Taint taint) {
    Optional<Toleration> match =
        tolerations.stream().filter(toleration -> tolerates(toleration, taint)).findFirst();
    if (match.isEmpty()) {
      return Optional.of(Duration.ZERO);
    }
    if (!match.get().hasTolerationSeconds()) {
      return Optional.empty();
    }
    long seconds = Math.clamp(match.get().getTolerationSeconds(), 0, LONGEST_STAY.toSeconds());
    return Optional.of(Duration.ofSeconds(seconds));
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    if (!toleration.getEffect().isEmpty() && !toleration.getEffect().equals(taint.getEffect())) {
      return false;
    }
    if (!toleration.getKey().isEmpty() && !toleration.getKey().equals(taint.getKey())) {
      return false;
    }
    return toleration.getOperator().equals("Exists")
        || toleration.getValue().equals(taint.getValue());
  }
}
