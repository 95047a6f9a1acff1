package dev.capstan.kubelet.runtime;

/**
 * One attempt at running a container of a pod.
 *
 * @param namespace of the pod
 * @param pod name of the pod
 * @param podUid uid of the pod
 * @param container name of the container
 * @param attempt 0 for the first start, then the number of the restart
 */
public record ContainerRef(
    String namespace, String pod, String podUid, String container, int attempt) {

  /** Longest part of a pod's name that is repeated in its containers' names. */
  private static final int POD_NAME_PART = 63;

  /**
   * The engine's name for it. Underscores separate the parts since none of them can hold one; uid
   * and attempt make it unique, the names are there for people.
   */
  public String name() {
    String shortPod = pod.length() <= POD_NAME_PART ? pod : pod.substring(0, POD_NAME_PART);
    return "capstan_" + container + "_" + shortPod + "_" + namespace + "_" + podUid + "_" + attempt;
  }
}
