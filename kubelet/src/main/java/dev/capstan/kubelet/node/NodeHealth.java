package dev.capstan.kubelet.node;

/**
 * How a node is.
 *
 * @param engine name and version of the engine, e.g. "docker://20.10.24"; empty if it never
 *     answered
 * @param engineTrouble why the engine cannot be used; empty if it can
 * @param diskPressure a sentence if the disk is nearly full; else empty
 * @param memoryPressure a sentence if memory is nearly used up; else empty
 */
public record NodeHealth(
    String engine, String engineTrouble, String diskPressure, String memoryPressure) {

  /** All is well. */
  public static NodeHealth good(String engine) {
    return new NodeHealth(engine, "", "", "");
  }
}
