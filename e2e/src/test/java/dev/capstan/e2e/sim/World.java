package dev.capstan.e2e.sim;

import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;

/** What happens of itself: messages arrive late, the dead come back, what was wrong ends. */
final class World {

  private final Seam seam;
  private int pending;

  World(Simulation sim) {
    this.seam = sim.seam();
  }

  Seam seam() {
    return seam;
  }

  /** Does something later. */
  void after(Duration time, Runnable action) {
    pending++;
    seam.threads()
        .start(
            "world",
            () -> {
              try {
                seam.clock().sleep(time);
                action.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                pending--;
              }
            });
  }

  /** Whether something is still to happen. */
  boolean isBusy() {
    return pending > 0;
  }
}
