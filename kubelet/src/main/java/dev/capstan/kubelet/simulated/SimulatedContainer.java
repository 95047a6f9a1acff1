package dev.capstan.kubelet.simulated;

import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One simulated container; guarded by its runtime's lock. */
final class SimulatedContainer {

  final String id;
  final ContainerSpec spec;
  final SimulatedOrders orders;
  State state = State.CREATED;
  boolean renamed;
  @Nullable Instant startedAt;
  @Nullable Instant finishedAt;
  long startedNanos;
  int exitCode;
  boolean oomKilled;
  String error = "";
  final StringBuilder log = new StringBuilder();

  SimulatedContainer(String id, ContainerSpec spec) {
    this.id = id;
    this.spec = spec;
    this.orders = SimulatedOrders.of(spec);
  }

  ContainerSummary summary() {
    return new ContainerSummary(id, spec.ref(), state == State.RUNNING, renamed, spec.address());
  }

  ContainerView view() {
    return new ContainerView(
        id,
        spec.ref(),
        state,
        spec.specDigest(),
        spec.restartStep(),
        spec.address(),
        spec.image(),
        "simulated:" + spec.image(),
        startedAt,
        finishedAt,
        exitCode,
        oomKilled,
        error);
  }
}
