package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.concurrent.Semaphore;

/**
 * Lets so many through at once, in the order in which they came. More starts at once would not be
 * done sooner, and each would take until it seems to have failed.
 */
final class StartGate {

  private final Semaphore places;

  StartGate(int atOnce) {
    this.places = new Semaphore(atOnce, true);
  }

  /** What is done behind the gate. */
  interface Work<T> {
    T run() throws RuntimeFault, InterruptedException;
  }

  <T> T pass(Work<T> work) throws RuntimeFault, InterruptedException {
    places.acquire();
    try {
      return work.run();
    } finally {
      places.release();
    }
  }
}
