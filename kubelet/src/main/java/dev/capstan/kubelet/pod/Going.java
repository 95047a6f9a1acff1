package dev.capstan.kubelet.pod;

/**
 * Thrown out of a wait of a pod that is to go: its thread leaves what it was doing and ends the
 * pod.
 */
final class Going extends Exception {
  private static final long serialVersionUID = 1L;

  Going() {
    super("the pod is going", null, false, false);
  }
}
