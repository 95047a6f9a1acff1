package dev.capstan.kubelet.node;

/**
 * How a node is.
 *
 * @param engine name and version of the engine, e.g. "docker://20.10.24"; empty if it never
 *     answered
 * @param engineTrouble why the engine cannot be used; empty if it can
 * @param diskPressure whether the disk is nearly full
 * @param memoryPressure whether memory is nearly used up
 */
public record NodeHealth(
    String engine, String engineTrouble, Pressure diskPressure, Pressure memoryPressure) {

  /** All is well. */
  public static NodeHealth good(String engine) {
    return new NodeHealth(engine, "", new Pressure.None(), new Pressure.None());
  }
}
