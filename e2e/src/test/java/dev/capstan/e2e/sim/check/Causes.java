package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Taint;
import java.util.List;

/** Whose doing an edit is, as far as it can be told. */
final class Causes {

  private final World world;
  private final Wants wants;
  private final NodeStates nodes;
  private final long staleness;

  Causes(World world, Wants wants, NodeStates nodes, Setup setup) {
    this.world = world;
    this.wants = wants;
    this.nodes = nodes;
    this.staleness = setup.staleness().toNanos();
  }

  /** Only controllers can have done it. Without calls to go by nobody else is known to exist. */
  boolean isControllers(Edit edit) {
    List<Want> causes = wants.explaining(edit);
    return causes.isEmpty()
        ? !wants.wired()
        : causes.stream().allMatch(want -> want.role() == Role.CONTROLLERS);
  }

  /** A write that its client still waits for: it is known to be under way. */
  boolean isUnderWay(Edit edit) {
    List<Want> causes = wants.explaining(edit);
    return !wants.wired()
        || causes.stream()
            .anyMatch(
                want -> want.role() == Role.CONTROLLERS && want.outcome() == Want.Outcome.OPEN);
  }

  /**
   * A pod that controllers delete because there are too many: not because of its node, of its
   * namespace or of an owner that goes.
   */
  boolean isScaleDown(Edit edit) {
    Held pod = edit.any();
    Held namespace = null;
    for (Held each : world.all("Namespace")) {
      namespace = each.name().equals(pod.namespace()) ? each : namespace;
    }
    boolean going = namespace != null && namespace.isGoing();
    return !going && isControllers(edit) && !mayBeEvicted(pod);
  }

  private boolean mayBeEvicted(Held pod) {
    String name = Pods.node(Pods.of(pod));
    if (name.isEmpty()) {
      return false;
    }
    if (!nodes.exists(name)) {
      return true;
    }
    long since = world.nanosOf(world.revision()) - staleness;
    for (Held state : nodes.since(name, since, 0)) {
      for (Taint taint : ((Node) state.object()).getSpec().getTaintsList()) {
        if (taint.getEffect().equals("NoExecute")) {
          return true;
        }
      }
    }
    return false;
  }
}
