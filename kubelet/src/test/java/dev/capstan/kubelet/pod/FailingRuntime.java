package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ForwardingRuntime;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fails the calls of one name, or all, as often as it is told; counts the calls of every name. */
final class FailingRuntime extends ForwardingRuntime {

  private final ContainerRuntime inner;
  private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
  private RuntimeFault.@Nullable Kind kind;
  private @Nullable Operation only;
  private boolean defect;
  private int left;

  FailingRuntime(ContainerRuntime inner) {
    super(inner);
    this.inner = inner;
  }

  /** From now on calls of this name fail with this kind, so many times. */
  void fail(Operation name, RuntimeFault.Kind with, int times) {
    only = name;
    kind = with;
    left = times;
  }

  /** As {@link #fail}, with an exception that no runtime should throw. */
  void breakDown(Operation name, int times) {
    only = name;
    defect = true;
    left = times;
  }

  /** The engine is away until {@link #heal}. */
  void goAway() {
    only = null;
    kind = RuntimeFault.Kind.UNAVAILABLE;
    left = Integer.MAX_VALUE;
  }

  void heal() {
    left = 0;
  }

  int calls(Operation name) {
    return calls.getOrDefault(name, 0);
  }

  @Override
  protected <T> T around(Operation operation, Call<T> call)
      throws RuntimeFault, InterruptedException {
    calls.merge(operation, 1, Integer::sum);
    if (left > 0 && (only == null || only == operation)) {
      left--;
      if (defect) {
        throw new IllegalStateException("broken " + operation);
      }
      if (kind != null) {
        throw new RuntimeFault(kind, "no luck with " + operation + ", id " + calls(operation));
      }
    }
    return call.call();
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    try {
      return super.create(spec);
    } catch (RuntimeFault e) {
      // An engine that fails to make a container takes away what it had begun, and says so.
      inner.create(spec);
      inner.remove(spec.ref());
      throw e;
    }
  }
}
