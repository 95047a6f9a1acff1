package dev.capstan.controller.deployment;

import dev.capstan.api.Numbers;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ReplicaSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Revisions and the other notes a Deployment keeps on its ReplicaSets, as in Kubernetes. */
final class Revisions {

  /** Annotations that are the Deployment's own business, or written here. */
  private static final List<String> NOT_COPIED =
      List.of(
          WellKnown.ANNOTATION_LAST_APPLIED,
          "kubectl.kubernetes.io/last-applied-configuration",
          WellKnown.ANNOTATION_REVISION,
          WellKnown.ANNOTATION_REVISION_HISTORY,
          WellKnown.ANNOTATION_DESIRED_REPLICAS,
          WellKnown.ANNOTATION_MAX_REPLICAS);

  /** Longest list of former revisions kept, in characters. */
  private static final int MAX_HISTORY = 2000;

  private Revisions() {}

  /** The revision of a ReplicaSet; 0 if it has none. */
  static long of(ReplicaSet set) {
    try {
      return Numbers.parseLong(text(set));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The revision as it is written on the ReplicaSet; empty if it has none. */
  static String text(ReplicaSet set) {
    return set.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "");
  }

  /** The revision the current template has, or gets. */
  static long next(List<OwnedSet> old) {
    return old.stream().mapToLong(each -> of(each.set())).max().orElse(0) + 1;
  }

  /** Everything noted on a new ReplicaSet. */
  static Map<String, String> fresh(Deployment deployment, Bounds bounds, long revision) {
    Map<String, String> notes = copied(deployment);
    notes.put(WellKnown.ANNOTATION_REVISION, Long.toString(revision));
    notes.putAll(sizes(bounds));
    return notes;
  }

  /** The notes on the current ReplicaSet that are out of date, with what they should say. */
  static Map<String, String> outdated(Deployment deployment, ReplicaSet current, long revision) {
    Map<String, String> wanted = copied(deployment);
    if (of(current) < revision) {
      wanted.put(WellKnown.ANNOTATION_REVISION, Long.toString(revision));
      if (!text(current).isEmpty()) {
        wanted.put(WellKnown.ANNOTATION_REVISION_HISTORY, history(current));
      }
    }
    return differing(wanted, current);
  }

  /** What a ReplicaSet remembers of the Deployment's size, where it is out of date. */
  static Map<String, String> outdatedSizes(Bounds bounds, ReplicaSet set) {
    return differing(sizes(bounds), set);
  }

  /** The size of the Deployment when this ReplicaSet was last scaled; empty if not noted. */
  static String desired(ReplicaSet set) {
    return set.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_DESIRED_REPLICAS, "");
  }

  /** The most pods the Deployment could have when this ReplicaSet was last scaled. */
  static int maxReplicas(ReplicaSet set, int orElse) {
    try {
      int max =
          Numbers.parseInt(
              set.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_MAX_REPLICAS, ""));
      return max > 0 ? max : orElse;
    } catch (NumberFormatException e) {
      return orElse;
    }
  }

  private static Map<String, String> sizes(Bounds bounds) {
    Map<String, String> sizes = new TreeMap<>();
    sizes.put(WellKnown.ANNOTATION_DESIRED_REPLICAS, Integer.toString(bounds.replicas()));
    sizes.put(WellKnown.ANNOTATION_MAX_REPLICAS, Integer.toString(bounds.maxTotal()));
    return sizes;
  }

  /** The user's annotations, the change cause among them. */
  private static Map<String, String> copied(Deployment deployment) {
    Map<String, String> copied = new TreeMap<>(deployment.getMetadata().getAnnotationsMap());
    NOT_COPIED.forEach(copied::remove);
    return copied;
  }

  private static Map<String, String> differing(Map<String, String> wanted, ReplicaSet set) {
    Map<String, String> differing = new TreeMap<>(wanted);
    Map<String, String> there = set.getMetadata().getAnnotationsMap();
    differing.entrySet().removeIf(entry -> entry.getValue().equals(there.get(entry.getKey())));
    return differing;
  }

  private static String history(ReplicaSet set) {
    String former =
        set.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION_HISTORY, "");
    String all = former.isEmpty() ? text(set) : former + "," + text(set);
    return all.length() <= MAX_HISTORY ? all : all.substring(all.length() - MAX_HISTORY);
  }
}
