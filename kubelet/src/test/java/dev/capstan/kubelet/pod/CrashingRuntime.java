package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ForwardingRuntime;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.EnumSet;
import java.util.Set;

/** Kills its kubelet right before or right after the n-th call that a pod's life is made of. */
final class CrashingRuntime extends ForwardingRuntime {

  private static final Set<Operation> COUNTED =
      EnumSet.of(
          Operation.LIST,
          Operation.INSPECT,
          Operation.HAS_IMAGE,
          Operation.CREATE,
          Operation.START,
          Operation.SIGNAL,
          Operation.REMOVE);

  private final Runnable kill;
  private final int at;
  private final boolean after;
  private int calls;

  /**
   * A runtime that crashes once.
   *
   * @param at number of the call, from 0
   * @param after whether the call has its effect
   */
  CrashingRuntime(ContainerRuntime inner, Runnable kill, int at, boolean after) {
    super(inner);
    this.kill = kill;
    this.at = at;
    this.after = after;
  }

  int calls() {
    return calls;
  }

  @Override
  protected <T> T around(Operation operation, Call<T> call)
      throws RuntimeFault, InterruptedException {
    boolean now = COUNTED.contains(operation) && calls++ == at;
    if (now && !after) {
      die();
    }
    T result = call.call();
    if (now) {
      die();
    }
    return result;
  }

  /** The process is killed; this thread, too, must not get any further. */
  private void die() throws InterruptedException {
    kill.run();
    Thread.currentThread().interrupt();
    throw new InterruptedException("killed");
  }
}
