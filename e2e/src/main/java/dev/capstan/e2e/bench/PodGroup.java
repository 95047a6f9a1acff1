package dev.capstan.e2e.bench;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The pods with one {@code app} label, and the Deployment of that name, at one revision. */
final class PodGroup {

  private final String app;
  private final List<PodRecord> created = new ArrayList<>();
  private @Nullable Deployment deployment;
  private int existing;
  private int active;
  private int bound;
  private int running;
  private int ready;
  private int activeBefore;
  private int mustStayReady;

  PodGroup(String app) {
    this.app = app;
  }

  /** Counts a pod in (+1) or out (-1) as it is now. */
  void count(PodRecord pod, int sign) {
    existing += sign;
    active += pod.active ? sign : 0;
    bound += !pod.node.isEmpty() ? sign : 0;
    running += pod.isRunning && pod.active ? sign : 0;
    ready += pod.isReady && pod.active ? sign : 0;
  }

  void created(PodRecord pod) {
    created.add(pod);
  }

  void deployment(@Nullable Deployment now) {
    deployment = now;
  }

  /**
   * The bounds of a rolling update (I3), called once for each revision. While a Deployment shrinks
   * there are more pods than its bound, but they must not become more; and of what was ready as
   * much must stay ready as is still wanted.
   */
  void checkBounds(String version, List<String> violations) {
    if (deployment != null) {
      int replicas = deployment.getSpec().getReplicas();
      var bounds = deployment.getSpec().getStrategy().getRollingUpdate();
      int most = replicas + IntOrStrings.scaled(bounds.getMaxSurge(), replicas, true);
      int missing = IntOrStrings.scaled(bounds.getMaxUnavailable(), replicas, false);
      mustStayReady = Math.min(Math.max(mustStayReady, ready), replicas);
      if (active > most && active > activeBefore) {
        violations.add(app + ": " + active + " pods of at most " + most + " at " + version);
      }
      if (ready < mustStayReady - missing) {
        violations.add(
            app + ": only " + ready + " ready, were " + mustStayReady + " at " + version);
      }
    }
    activeBefore = active;
  }

  /** Pods that exist, terminating ones included. */
  int existing() {
    return existing;
  }

  /** Pods that have neither ended nor been told to go. */
  int active() {
    return active;
  }

  /** Pods that have a node. */
  int bound() {
    return bound;
  }

  /** Active pods whose containers run. */
  int running() {
    return running;
  }

  /** Active pods that are ready. */
  int ready() {
    return ready;
  }

  /** Pods that have ever been seen, in order. */
  List<PodRecord> everCreated() {
    return created;
  }

  /** Whether the Deployment says that exactly so many replicas exist and are ready. */
  boolean deploymentSays(int replicas) {
    return deployment != null
        && deployment.getStatus().getObservedGeneration()
            >= deployment.getMetadata().getGeneration()
        && deployment.getStatus().getReplicas() == replicas
        && deployment.getStatus().getReadyReplicas() == replicas;
  }

  /** Whether there is neither a pod nor the Deployment any more. */
  boolean gone() {
    return existing == 0 && deployment == null;
  }

  /** Milliseconds between two moments of each pod created, by number, in a range. */
  double[] millisBetween(
      int from, int to, ToLongFunction<PodRecord> start, ToLongFunction<PodRecord> end) {
    return created.stream()
        .skip(from)
        .limit(to - from)
        .filter(pod -> start.applyAsLong(pod) != 0 && end.applyAsLong(pod) != 0)
        .mapToDouble(pod -> (end.applyAsLong(pod) - start.applyAsLong(pod)) / 1e6)
        .toArray();
  }
}
