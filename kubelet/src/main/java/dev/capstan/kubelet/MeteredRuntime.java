package dev.capstan.kubelet;

import dev.capstan.kubelet.pod.KubeletMetrics;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ForwardingRuntime;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.Clock;
import java.time.Duration;

/** A runtime whose calls are measured. */
final class MeteredRuntime extends ForwardingRuntime {

  private final KubeletMetrics metrics;
  private final Clock clock;

  MeteredRuntime(ContainerRuntime inner, KubeletMetrics metrics, Clock clock) {
    super(inner);
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  protected <T> T around(Operation operation, Call<T> call)
      throws RuntimeFault, InterruptedException {
    return switch (operation) {
      // How long these last is not up to the engine.
      case LOGS, WATCH, CLEAN_UP -> call.call();
      case INFO,
          PREPARE,
          LIST,
          INSPECT,
          HAS_IMAGE,
          PULL,
          CREATE,
          START,
          SIGNAL,
          MESSAGE,
          REMOVE,
          RESTORE_NAME,
          EXEC ->
          measured(operation, call);
    };
  }

  private <T> T measured(Operation operation, Call<T> call)
      throws RuntimeFault, InterruptedException {
    long begun = clock.nanoTime();
    boolean failed = true;
    try {
      T result = call.call();
      failed = false;
      return result;
    } finally {
      metrics.runtimeCall(operation.label(), failed, Duration.ofNanos(clock.nanoTime() - begun));
    }
  }
}
