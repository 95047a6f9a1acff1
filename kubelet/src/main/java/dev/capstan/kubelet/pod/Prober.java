package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Probe;
import dev.capstan.kubelet.runtime.ContainerRef;

/** Runs one check of a probe. */
public interface Prober {

  /**
   * Checks once; takes no longer than the probe's timeout by much.
   *
   * @param readiness whether it is the readiness probe
   * @param podIp address of the pod
   */
  Verdict check(ContainerRef ref, Container container, Probe probe, boolean readiness, String podIp)
      throws InterruptedException;

  /** What a check found. */
  sealed interface Verdict {

    /** All is well. */
    record Passed() implements Verdict {}

    /** All is well, but somebody should know this. */
    record PassedWithWarning(String message) implements Verdict {}

    /** It is not, and why. */
    record Failed(String message) implements Verdict {}

    /** It could not be asked; counts neither way. */
    record Unknown(String message) implements Verdict {}
  }
}
