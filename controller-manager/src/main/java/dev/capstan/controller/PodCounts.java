package dev.capstan.controller;

import dev.capstan.api.v1.Pod;
import dev.capstan.client.cache.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pods counted by their labels, which decide whether they are selected. The pods of a workload
 * nearly always have the same, so there is nearly always one group.
 */
public final class PodCounts implements Sum<PodCounts> {

  private record Group(Map<String, String> labels, PodCount count) {}

  public static final PodCounts NONE = new PodCounts(List.of());

  /** In no order that means anything; the labels are all different, and no count is zero. */
  private final List<Group> groups;

  private PodCounts(List<Group> groups) {
    this.groups = groups;
  }

  /** Of one pod. */
  public static PodCounts of(Pod pod) {
    PodCount count = PodCount.of(pod);
    return count.equals(PodCount.NONE)
        ? NONE
        : new PodCounts(List.of(new Group(pod.getMetadata().getLabelsMap(), count)));
  }

  /** Of the pods with such labels. O(different labels). */
  public PodCount where(Predicate<Map<String, String>> labels) {
    PodCount sum = PodCount.NONE;
    for (Group group : groups) {
      sum = labels.test(group.labels()) ? sum.plus(group.count()) : sum;
    }
    return sum;
  }

  @Override
  public PodCounts plus(PodCounts other) {
    PodCounts sum = this;
    for (Group group : other.groups) {
      sum = sum.combined(group, PodCount::plus);
    }
    return sum;
  }

  @Override
  public PodCounts minus(PodCounts other) {
    PodCounts rest = this;
    for (Group group : other.groups) {
      rest = rest.combined(group, PodCount::minus);
    }
    return rest;
  }

  private PodCounts combined(Group other, BinaryOperator<PodCount> combine) {
    List<Group> fresh = new ArrayList<>(groups.size() + 1);
    PodCount count = PodCount.NONE;
    for (Group group : groups) {
      if (group.labels().equals(other.labels())) {
        count = group.count();
      } else {
        fresh.add(group);
      }
    }
    count = combine.apply(count, other.count());
    if (!count.equals(PodCount.NONE)) {
      fresh.add(new Group(other.labels(), count));
    }
    return new PodCounts(fresh);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PodCounts counts) || groups.size() != counts.groups.size()) {
      return false;
    }
    for (Group group : groups) {
      if (!counts.where(group.labels()::equals).equals(group.count())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0; // Summed: the same in any order.
    for (Group group : groups) {
      hash += group.hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    return groups.toString();
  }
}
