package dev.capstan.controller;

import dev.capstan.api.v1.Pod;
import dev.capstan.client.cache.Sum;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/**
 * Pods counted by their labels, which decide whether they are selected. The pods of a workload
 * nearly always have the same.
 *
 * @param byLabels not changed any more; counts of zero are left out
 */
public record PodCounts(Map<Map<String, String>, PodCount> byLabels) implements Sum<PodCounts> {

  public static final PodCounts NONE = new PodCounts(Collections.emptyMap());

  /** Of one pod. */
  public static PodCounts of(Pod pod) {
    PodCount count = PodCount.of(pod);
    return count.equals(PodCount.NONE)
        ? NONE
        : new PodCounts(Collections.singletonMap(pod.getMetadata().getLabelsMap(), count));
  }

  /** Of the pods with such labels. O(different labels). */
  public PodCount where(Predicate<Map<String, String>> labels) {
    PodCount sum = PodCount.NONE;
    for (Map.Entry<Map<String, String>, PodCount> each : byLabels.entrySet()) {
      sum = labels.test(each.getKey()) ? sum.plus(each.getValue()) : sum;
    }
    return sum;
  }

  @Override
  public PodCounts plus(PodCounts other) {
    return combined(other, PodCount::plus);
  }

  @Override
  public PodCounts minus(PodCounts other) {
    return combined(other, PodCount::minus);
  }

  private PodCounts combined(PodCounts other, BinaryOperator<PodCount> combine) {
    Map<Map<String, String>, PodCount> sums = new LinkedHashMap<>(byLabels);
    other.byLabels.forEach((labels, count) -> {
      PodCount sum = combine.apply(sums.getOrDefault(labels, PodCount.NONE), count);
      if (sum.equals(PodCount.NONE)) {
        sums.remove(labels);
      } else {
        sums.put(labels, sum);
      }
    });
    return new PodCounts(sums);
  }
}
