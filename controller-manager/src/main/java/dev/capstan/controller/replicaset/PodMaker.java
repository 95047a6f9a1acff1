package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.ChildNames;
import dev.capstan.controller.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Makes pods from a ReplicaSet's template, with names of their own. */
public final class PodMaker {

  /** Without vowels and look-alikes, as Kubernetes' rand.SafeEncodeString. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX = 5;

  /** A pod's name is its host name, a label of at most 63 characters. */
  private static final int MOST = 63;

  /** Names of pods that may or may not exist, by the ReplicaSet's uid; each list is used once. */
  private final Map<String, List<String>> unsettled = new ConcurrentHashMap<>();

  private final RandomGenerator random;

  public PodMaker(RandomGenerator random) {
    this.random = random;
  }

  /**
   * New pods. They have their names from here and not from the server, and names whose creation has
   * an unknown outcome come first: if that creation still lands, there is one pod and not two.
   */
  List<Pod> make(ReplicaSet set, int count) {
    List<String> names = new ArrayList<>();
    List<String> before = unsettled.remove(set.getMetadata().getUid());
    if (before != null) {
      names.addAll(before);
    }
    while (names.size() < count) {
      names.add(name(set.getMetadata().getName()));
    }
    keep(set, names.subList(count, names.size()));
    return names.subList(0, count).stream().map(name -> make(set, name)).toList();
  }

  /** These pods may or may not have been made. */
  void unknown(ReplicaSet set, List<Pod> pods) {
    keep(set, pods.stream().map(pod -> pod.getMetadata().getName()).toList());
  }

  private void keep(ReplicaSet set, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    unsettled.merge(
        set.getMetadata().getUid(),
        List.copyOf(names),
        (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
  }

  private static Pod make(ReplicaSet set, String name) {
    PodTemplateSpec template = set.getSpec().getTemplate();
    ObjectMeta.Builder meta =
        ObjectMeta.newBuilder()
            .setName(name)
            .setNamespace(set.getMetadata().getNamespace())
            .putAllLabels(template.getMetadata().getLabelsMap())
            .putAllAnnotations(template.getMetadata().getAnnotationsMap())
            .addAllFinalizers(template.getMetadata().getFinalizersList())
            .addOwnerReferences(Owners.controllerRef("apps/v1", "ReplicaSet", set.getMetadata()));
    return Pod.newBuilder().setMetadata(meta).setSpec(template.getSpec()).build();
  }

  private String name(String set) {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < SUFFIX; i++) {
      suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return ChildNames.of(set, suffix.toString(), MOST);
  }
}
