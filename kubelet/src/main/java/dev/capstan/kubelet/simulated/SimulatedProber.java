package dev.capstan.kubelet.simulated;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Probe;
import dev.capstan.kubelet.pod.Prober;
import dev.capstan.kubelet.runtime.ContainerRef;

/** Probes of simulated containers: what their orders say. */
public final class SimulatedProber implements Prober {

  private final SimulatedRuntime runtime;

  public SimulatedProber(SimulatedRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public Verdict check(
      ContainerRef ref, Container container, Probe probe, boolean readiness, String podIp) {
    return runtime.healthy(ref, readiness)
        ? new Verdict.Passed()
        : new Verdict.Failed("simulated failure");
  }
}
