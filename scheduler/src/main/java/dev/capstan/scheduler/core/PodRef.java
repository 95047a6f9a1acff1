package dev.capstan.scheduler.core;

import dev.capstan.api.v1.Pod;

/** Names a pod for ever: a recreated pod of the same name is another one. */
public record PodRef(String namespace, String name, String uid) {

  /** The reference of a pod. */
  public static PodRef of(Pod pod) {
    return new PodRef(
        pod.getMetadata().getNamespace(), pod.getMetadata().getName(), pod.getMetadata().getUid());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
