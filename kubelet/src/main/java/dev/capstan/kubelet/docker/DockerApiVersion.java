package dev.capstan.kubelet.docker;

import com.github.dockerjava.core.RemoteApiVersion;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;

/** Chooses the API version to speak with an engine: docker-java does not negotiate. */
final class DockerApiVersion {

  /** The oldest engine API the kubelet is written for: engine 20.10. */
  static final RemoteApiVersion OLDEST = RemoteApiVersion.create(1, 41);

  /**
   * The newest API version of engines that is known to keep what the kubelet uses (engines 25 to 29
   * accept it).
   */
  static final RemoteApiVersion NEWEST = RemoteApiVersion.create(1, 44);

  private DockerApiVersion() {}

  /**
   * The version for an engine.
   *
   * @param engine its newest, e.g. "1.41"
   * @param engineOldest its oldest, e.g. "1.12"
   * @throws RuntimeFault INVALID if there is none that both speak
   */
  static RemoteApiVersion choose(String engine, String engineOldest) throws RuntimeFault {
    RemoteApiVersion newest = RemoteApiVersion.parseConfig(engine);
    RemoteApiVersion chosen = newest.isGreater(NEWEST) ? NEWEST : newest;
    if (!chosen.isGreaterOrEqual(OLDEST)) {
      throw new RuntimeFault(
          Kind.INVALID,
          "the engine speaks API "
              + engine
              + "; Docker 20.10 (API "
              + OLDEST.getVersion()
              + ") or newer is needed");
    }
    if (!engineOldest.isEmpty() && RemoteApiVersion.parseConfig(engineOldest).isGreater(chosen)) {
      throw new RuntimeFault(
          Kind.INVALID,
          "the engine asks for API "
              + engineOldest
              + " or newer; this kubelet speaks up to "
              + NEWEST.getVersion());
    }
    return chosen;
  }
}
