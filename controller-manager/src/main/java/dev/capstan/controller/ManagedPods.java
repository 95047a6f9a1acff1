package dev.capstan.controller;

import dev.capstan.api.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pods that one object manages, in any state: counted, and one by one for who must know which.
 * Most looks at a workload need the counts alone, which the informers keep, and so cost the same
 * for three pods and for three thousand. Not thread-safe.
 */
public final class ManagedPods {

  /** Nothing is managed. */
  public static final ManagedPods NONE = new ManagedPods(PodCounts.NONE, List::of);

  private final PodCounts counts;
  private final Supplier<List<Pod>> source;
  private @Nullable List<Pod> pods;

  /**
   * @param counts of the pods
   * @param source the pods, asked for at most once
   */
  public ManagedPods(PodCounts counts, Supplier<List<Pod>> source) {
    this.counts = counts;
    this.source = source;
  }

  /** These, counted here. */
  public static ManagedPods of(List<Pod> pods) {
    PodCounts counts = pods.stream().map(PodCounts::of).reduce(PodCounts.NONE, PodCounts::plus);
    return new ManagedPods(counts, () -> pods);
  }

  /** Pods that may still run something. */
  public int alive() {
    return counts.where(labels -> true).alive();
  }

  /** All active ones. */
  public Replicas replicas() {
    return replicas(labels -> true);
  }

  /** The active ones with such labels. */
  public Replicas replicas(Predicate<Map<String, String>> labels) {
    PodCount count = counts.where(labels);
    return new Replicas(
        count.active(),
        count.ready(),
        () ->
            PodStates.active(pods()).stream()
                .filter(pod -> labels.test(pod.getMetadata().getLabelsMap()))
                .toList());
  }

  private List<Pod> pods() {
    if (pods == null) {
      pods = source.get();
    }
    return pods;
  }
}
