package dev.capstan.kubelet.simulated;

import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerRuntimeContract;
import dev.capstan.seam.Seam;
import java.time.Duration;

/** The simulated runtime keeps the contract. */
class SimulatedRuntimeTest extends ContainerRuntimeContract {

  private final SimulatedRuntime runtime = new SimulatedRuntime(Seam.system(), Duration.ZERO);

  @Override
  protected ContainerRuntime runtime() {
    return runtime;
  }

  @Override
  protected String address(int index) {
    return "10.0.0." + index;
  }

  @Override
  protected void killOutside(ContainerRef ref) {
    runtime.killOutside(ref, 137);
  }

  @Override
  protected void renameOutside(ContainerRef ref) {
    runtime.renameOutside(ref);
  }
}
