package dev.capstan.e2e.sim.check;

import java.util.List;

/** What the engines and the server say at the end of a run. */
public interface Engines {

  /**
   * A container on an engine, of whoever.
   *
   * @param uid of its pod
   * @param running false if it has ended and is still there
   */
  record Listed(
      String node, String namespace, String pod, String uid, String name, boolean running) {}

  /** All containers of all engines that can be asked. */
  List<Listed> containers();

  /** False for a node whose engine cannot be asked any more. */
  default boolean reaches(String node) {
    return true;
  }

  /** Watch streams that the server serves; -1 if nobody counts. */
  default int serverWatches() {
    return -1;
  }

  /** Watch streams that the clients hold open; -1 if nobody counts. */
  default int clientWatches() {
    return -1;
  }
}
