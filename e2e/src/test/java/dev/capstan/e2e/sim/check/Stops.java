package dev.capstan.e2e.sim.check;

import dev.capstan.api.KindRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * I9 for containers: a kubelet ends what runs only because its pod is deleted, going, finished or
 * replaced in the store, has got another definition since the container began, or belongs to
 * another node. What a kubelet could not find out is no reason, and a value that cannot be read is
 * what it was before.
 */
final class Stops {

  private final World world;
  private final Report report;
  private final KindRegistry kinds;

  /** The pod of each container as it was when the container began, by pod uid. */
  private final Map<String, Held> began = new HashMap<>();

  Stops(World world, Report report, Setup setup) {
    this.world = world;
    this.report = report;
    this.kinds = setup.kinds();
  }

  /** A container begins to run. */
  void started(OnePlace.Running container) {
    Held pod = pod(container);
    if (pod != null) {
      began.put(container.uid(), pod);
    }
  }

  /** A kubelet ends a container that runs. */
  void stopped(OnePlace.Running container) {
    Held pod = pod(container);
    if (pod != null && isWanted(container, pod)) {
      report.broken(
          "I9",
          "the kubelet of %s stops container %s of %s (uid %s), which is wanted"
              .formatted(container.node(), container.name(), pod, pod.uid()));
    }
  }

  private boolean isWanted(OnePlace.Running container, Held pod) {
    return !pod.isGoing()
        && !Pods.isTerminal(Pods.of(pod))
        && Pods.node(Pods.of(pod)).equals(container.node())
        && !hasChanged(container, pod);
  }

  private boolean hasChanged(OnePlace.Running container, Held pod) {
    Held then = began.get(container.uid());
    return then != null
        && !Pods.of(then)
            .getSpec()
            .getContainersList()
            .equals(Pods.of(pod).getSpec().getContainersList());
  }

  /** The pod of a container as the store has it; null if it has none of that uid. */
  private @Nullable Held pod(OnePlace.Running container) {
    Held pod = world.find(kinds.require("Pod"), container.namespace(), container.pod());
    return pod != null && pod.uid().equals(container.uid()) ? pod : null;
  }
}
