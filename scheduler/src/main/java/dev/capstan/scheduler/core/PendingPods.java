package dev.capstan.scheduler.core;

import dev.capstan.scheduler.core.Obstacle.Cause;
import dev.capstan.scheduler.core.Obstacle.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pods without a node. Each is in one of three places: ready to be tried, waiting for a change that
 * could help, or backing off after such a change.
 */
final class PendingPods {

  /** Back-off after a failed attempt, doubled each time, as kube-scheduler's. */
  private static final long FIRST_BACKOFF_NANOS = 1_000_000_000L;

  private static final long LAST_BACKOFF_NANOS = 10_000_000_000L;

  /** A pending pod. */
  static final class Entry {
    private final PodRef pod;
    private final PodNeeds needs;
    private final long arrival;
    private int attempts;
    private long lastAttempt;

    /** Why the last attempt failed; null if it is not waiting for a change. */
    private @Nullable Diagnosis waitingFor;

    /** When it may be tried again; null if it is not backing off. */
    private @Nullable Long due;

    private Entry(PodRef pod, PodNeeds needs, long arrival) {
      this.pod = pod;
      this.needs = needs;
      this.arrival = arrival;
    }

    PodRef pod() {
      return pod;
    }

    PodNeeds needs() {
      return needs;
    }

    private long dueAfterBackoff() {
      long backoff = FIRST_BACKOFF_NANOS << Math.min(attempts - 1, 10);
      return lastAttempt + Math.min(backoff, LAST_BACKOFF_NANOS);
    }
  }

  private static final Comparator<Entry> URGENCY =
      Comparator.<Entry>comparingInt(entry -> -entry.needs.priority())
          .thenComparingLong(entry -> entry.arrival);

  private static final Comparator<Entry> DUE =
      Comparator.<Entry>comparingLong(entry -> entry.due == null ? 0 : entry.due)
          .thenComparingLong(entry -> entry.arrival);

  private final Map<String, Entry> byUid = new LinkedHashMap<>();
  private final TreeSet<Entry> active = new TreeSet<>(URGENCY);
  private final TreeSet<Entry> backingOff = new TreeSet<>(DUE);
  private final Map<String, Entry> waiting = new LinkedHashMap<>();
  private long arrivals;

  /** Adds a pod, or leaves it where it is if it is known with the same needs. */
  void add(PodRef pod, PodNeeds needs) {
    Entry known = byUid.get(pod.uid());
    if (known != null && known.needs.equals(needs)) {
      return;
    }
    remove(pod.uid());
    Entry entry = new Entry(pod, needs, known == null ? arrivals++ : known.arrival);
    byUid.put(pod.uid(), entry);
    active.add(entry);
  }

  void remove(String uid) {
    Entry entry = byUid.remove(uid);
    if (entry != null) {
      active.remove(entry);
      waiting.remove(uid);
      if (entry.due != null) {
        backingOff.remove(entry);
      }
    }
  }

  /**
   * The most urgent pod that may be tried, taken out of the pending ones; null if there is none.
   */
  @Nullable Entry take(long now) {
    while (!backingOff.isEmpty() && due(backingOff.first()) <= now) {
      Entry entry = backingOff.pollFirst();
      entry.due = null;
      active.add(entry);
    }
    Entry entry = active.pollFirst();
    if (entry != null) {
      byUid.remove(entry.pod.uid());
    }
    return entry;
  }

  /**
   * Puts a taken pod back to wait for a change that helps. Without any node nothing was attempted,
   * so that a pod that was there before the first node need not back off when it comes.
   */
  void putBack(Entry entry, Diagnosis diagnosis, long now) {
    if (!diagnosis.causes().contains(Cause.NO_NODES)) {
      entry.attempts++;
      entry.lastAttempt = now;
    }
    entry.waitingFor = diagnosis;
    byUid.put(entry.pod.uid(), entry);
    waiting.put(entry.pod.uid(), entry);
  }

  /** Puts a taken pod back to be tried again after its back-off (its binding was refused). */
  void putBack(Entry entry, long now) {
    entry.attempts++;
    entry.lastAttempt = now;
    byUid.put(entry.pod.uid(), entry);
    backOff(entry);
  }

  private void backOff(Entry entry) {
    entry.waitingFor = null;
    entry.due = entry.dueAfterBackoff();
    backingOff.add(entry);
  }

  /**
   * Something changed: pods it could help are tried again, after their back-off if they have one.
   */
  void wake(Set<Change> changes) {
    if (changes.isEmpty() || waiting.isEmpty()) {
      return;
    }
    List<Entry> helped = new ArrayList<>();
    for (Entry entry : waiting.values()) {
      if (entry.waitingFor != null && entry.waitingFor.helpedBy(changes)) {
        helped.add(entry);
      }
    }
    for (Entry entry : helped) {
      waiting.remove(entry.pod.uid());
      if (entry.attempts == 0) {
        entry.waitingFor = null;
        active.add(entry);
      } else {
        backOff(entry);
      }
    }
  }

  /** When a backing-off pod comes due; empty if none does. */
  OptionalLong nextDue() {
    return backingOff.isEmpty() ? OptionalLong.empty() : OptionalLong.of(due(backingOff.first()));
  }

  private static long due(Entry entry) {
    return entry.due == null ? 0 : entry.due;
  }

  boolean hasActive() {
    return !active.isEmpty();
  }

  int size() {
    return byUid.size();
  }

  int waitingCount() {
    return waiting.size();
  }
}
