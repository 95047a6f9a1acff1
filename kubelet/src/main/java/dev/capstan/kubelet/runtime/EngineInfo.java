package dev.capstan.kubelet.runtime;

/**
 * Who the engine is.
 *
 * @param name "docker" or "simulated"
 * @param version of the engine
 * @param apiVersion spoken with it
 */
public record EngineInfo(String name, String version, String apiVersion) {

  /** As Node.status.nodeInfo prints it, e.g. "docker://28.2.2". */
  public String containerRuntimeVersion() {
    return name + "://" + version;
  }
}
