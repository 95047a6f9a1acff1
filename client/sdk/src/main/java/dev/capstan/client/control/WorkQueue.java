package dev.capstan.client.control;

import dev.capstan.api.ResourceVersions;
import dev.capstan.client.Backoff;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys that need work: each at most once in the queue and on at most one worker at a time.
 *
 * <p>A key that is added while it is worked on comes again afterwards. A key may come later ({@link
 * #addAfter}), with a delay that grows with its failures ({@link #retry}), or not before the caches
 * have reached a version ({@link #park}). One that has failed is brought forward by a change, but
 * not to less than {@link #FAILING} after the failure: what it wrote before it failed is a change,
 * too, and would bring it back as fast as it fails. Otherwise first in, first out. There is no
 * timer thread: whoever waits in {@link #take} waits for the nearest delay.
 *
 * @param <K> a value with equals and hashCode
 */
public final class WorkQueue<K> {

  /** Shortest time between a failure of a key and its next turn, once its back-off exceeds it. */
  static final Duration FAILING = Duration.ofSeconds(1);

  private enum Phase {
    /** In {@link #ready}. */
    QUEUED,
    /** With a worker. */
    RUNNING,
    /** With a worker, and wanted again. */
    RUNNING_DIRTY
  }

  private record Delayed<K>(long deadline, long sequence, K key) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Seam seam;
  private final Backoff backoff;

  /** Every key that is queued or with a worker. */
  private final Map<K, Phase> phases = new LinkedHashMap<>();

  /** The keys in phase QUEUED, each once. */
  private final ArrayDeque<K> ready = new ArrayDeque<>();

  /** When each delayed key is due: the earliest asked for. */
  private final Map<K, Long> deadlines = new LinkedHashMap<>();

  /**
   * The entries of {@link #deadlines} by time, and outdated ones that are skipped when they come
   * up.
   */
  private final PriorityQueue<Delayed<K>> delayed =
      new PriorityQueue<>(
          Comparator.<Delayed<K>>comparingLong(Delayed::deadline)
              .thenComparingLong(Delayed::sequence));

  /** Keys that must not be worked on before a version is reached. Disjoint from {@link #ready}. */
  private final Map<K, String> parked = new LinkedHashMap<>();

  /** Those of {@link #parked} that come as soon as their version is reached. */
  private final Set<K> wanted = new HashSet<>();

  /** Failures of each key since it last succeeded. */
  private final Map<K, Integer> failures = new LinkedHashMap<>();

  /** Before when a key that has failed is not worked on, whatever happens. */
  private final Map<K, Long> notBefore = new LinkedHashMap<>();

  private String reached = "";
  private long sequence;
  private boolean shutDown;

  /** With back-off {@link Backoff#PER_KEY}. */
  public WorkQueue(Seam seam) {
    this(seam, Backoff.PER_KEY);
  }

  public WorkQueue(Seam seam, Backoff backoff) {
    this.seam = seam;
    this.backoff = backoff;
  }

  /** Wants {@code key} worked on, as soon as it may be. */
  public void add(K key) {
    lock.lock();
    try {
      enqueue(key);
    } finally {
      lock.unlock();
    }
  }

  /** Wants {@code key} worked on after {@code delay}, or earlier if that was asked before. */
  public void addAfter(K key, Duration delay) {
    if (!delay.isPositive()) {
      add(key);
      return;
    }
    lock.lock();
    try {
      delay(key, seam.clock().deadline(delay));
    } finally {
      lock.unlock();
    }
  }

  /** Wants {@code key} again after a delay that grows each time until {@link #forget}. */
  public void retry(K key) {
    lock.lock();
    try {
      int count = failures.merge(key, 1, Integer::sum);
      Duration pause = backoff.delay(count - 1, seam.random());
      Duration least = pause.compareTo(FAILING) < 0 ? pause : FAILING;
      notBefore.put(key, seam.clock().deadline(least));
      delay(key, seam.clock().deadline(pause));
    } finally {
      lock.unlock();
    }
  }

  /** {@code key} succeeded: its next failure counts as the first. */
  public void forget(K key) {
    lock.lock();
    try {
      failures.remove(key);
      notBefore.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** Failures of {@code key} since it was last forgotten. */
  public int failures(K key) {
    lock.lock();
    try {
      return failures.getOrDefault(key, 0);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps {@code key} back until {@link #reached} says that the caches have seen {@code version};
   * then it comes again. Of several versions the highest counts.
   */
  public void park(K key, String version) {
    lock.lock();
    try {
      hold(key, version);
      enqueue(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps {@code key} back like {@link #park}, but does not bring it: it comes when its delay is
   * over or something changes, and the version is reached.
   */
  public void hold(K key, String version) {
    lock.lock();
    try {
      if (atLeast(reached, version)) {
        return;
      }
      parked.merge(key, version, WorkQueue::later);
      if (phases.get(key) == Phase.QUEUED) {
        phases.remove(key);
        ready.remove(key);
        wanted.add(key);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The caches have seen everything up to {@code version}. A lower version than before lets all
   * parked keys go.
   */
  public void reached(String version) {
    lock.lock();
    try {
      boolean wentBack = !atLeast(version, reached);
      reached = version;
      List<K> free = new ArrayList<>();
      parked.forEach((key, until) -> {
        if (wentBack || atLeast(version, until)) {
          free.add(key);
        }
      });
      free.forEach(parked::remove);
      free.stream().filter(wanted::remove).forEach(this::enqueue);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks for a key. The caller works on it and then calls {@link #done}.
   *
   * @return null once the queue is shut down
   */
  public @Nullable K take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!shutDown) {
        long next = promote();
        K key = ready.poll();
        if (key != null) {
          phases.put(key, Phase.RUNNING);
          return key;
        }
        if (next == Long.MAX_VALUE) {
          changed.await();
        } else {
          seam.clock().awaitUntil(lock, changed, next);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The worker that took {@code key} is finished with it. */
  public void done(K key) {
    lock.lock();
    try {
      if (phases.remove(key) == Phase.RUNNING_DIRTY) {
        enqueue(key);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Workers get null from now on; what is queued is dropped. */
  public void shutDown() {
    lock.lock();
    try {
      shutDown = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Keys ready to be taken. */
  public int depth() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** Keys kept back until a version is reached. */
  public int parkedCount() {
    lock.lock();
    try {
      return parked.size();
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(K key) {
    Phase phase = phases.get(key);
    if (phase == Phase.RUNNING) {
      phases.put(key, Phase.RUNNING_DIRTY);
    } else if (parked.containsKey(key)) {
      wanted.add(key);
    } else if (phase == null) {
      Long earliest = notBefore.get(key);
      if (earliest != null && earliest - seam.clock().nanoTime() > 0) {
        delay(key, earliest);
        return;
      }
      phases.put(key, Phase.QUEUED);
      ready.add(key);
      changed.signal();
    }
    // Otherwise it is queued or dirty already.
  }

  private void delay(K key, long deadline) {
    Long before = deadlines.get(key);
    if (before != null && before - deadline <= 0) {
      return;
    }
    deadlines.put(key, deadline);
    delayed.add(new Delayed<>(deadline, sequence++, key));
    changed.signal();
  }

  /** Queues what is due; answers the next deadline, or Long.MAX_VALUE. */
  private long promote() {
    while (true) {
      Delayed<K> first = delayed.peek();
      if (first == null) {
        return Long.MAX_VALUE;
      }
      Long due = deadlines.get(first.key());
      if (due == null || due != first.deadline()) {
        delayed.poll();
        continue;
      }
      if (first.deadline() - seam.clock().nanoTime() > 0) {
        return first.deadline();
      }
      delayed.poll();
      deadlines.remove(first.key());
      enqueue(first.key());
    }
  }

  private static boolean atLeast(String version, String wanted) {
    return wanted.isEmpty()
        || (!version.isEmpty() && ResourceVersions.compare(version, wanted) >= 0);
  }

  private static String later(String a, String b) {
    return atLeast(a, b) ? a : b;
  }
}
