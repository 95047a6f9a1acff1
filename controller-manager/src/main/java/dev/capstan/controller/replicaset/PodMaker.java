package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.Owners;
import java.util.random.RandomGenerator;

/** Makes pods from a ReplicaSet's template, with names of their own. */
final class PodMaker {

  /** Without vowels and look-alikes, as Kubernetes' rand.SafeEncodeString. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX = 5;

  /** A pod's name is its host name, a label of at most 63 characters. */
  private static final int MAX_PREFIX = 63 - SUFFIX - 1;

  private final RandomGenerator random;

  PodMaker(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A new pod. It has its name from here and not from the server, so that a create whose answer got
   * lost can be said again without making a second pod.
   */
  Pod make(ReplicaSet set) {
    PodTemplateSpec template = set.getSpec().getTemplate();
    ObjectMeta.Builder meta =
        ObjectMeta.newBuilder()
            .setName(name(set.getMetadata().getName()))
            .setNamespace(set.getMetadata().getNamespace())
            .putAllLabels(template.getMetadata().getLabelsMap())
            .putAllAnnotations(template.getMetadata().getAnnotationsMap())
            .addAllFinalizers(template.getMetadata().getFinalizersList())
            .addOwnerReferences(Owners.controllerRef("apps/v1", "ReplicaSet", set.getMetadata()));
    return Pod.newBuilder().setMetadata(meta).setSpec(template.getSpec()).build();
  }

  private String name(String set) {
    String prefix = set.length() > MAX_PREFIX ? set.substring(0, MAX_PREFIX) : set;
    StringBuilder name = new StringBuilder(prefix).append('-');
    for (int i = 0; i < SUFFIX; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
