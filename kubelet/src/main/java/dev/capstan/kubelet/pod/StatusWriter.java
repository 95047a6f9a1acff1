package dev.capstan.kubelet.pod;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import dev.capstan.kubelet.pod.PodApi.StatusWrite;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the statuses of pods: the latest of each, only when it differs from what is stored,
 * several at once when they come while a write is under way.
 *
 * <p>Every write names the uid and the version it is based on, so that it neither hits another pod
 * of the same name nor overwrites what somebody else wrote meanwhile; a refused one is based anew
 * and repeated, each after a pause of its own. Nothing is given up but the status of a pod that is
 * gone.
 */
public final class StatusWriter implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);
  private static final int BATCH = 100;

  /** So many failures of one status in a row are worth a line. */
  private static final int LOUD = 5;

  private final PodApi api;
  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Uids of the dirty entries, in the order in which they are to be looked at. */
  private final Set<String> queue = new LinkedHashSet<>();

  private static final class Entry {
    /** The pod as last known to be stored. */
    Pod stored;

    /** What it shall become; null if nothing was asked for yet. */
    @Nullable PodStatus desired;

    boolean dirty;
    boolean gone;

    /** Since it was last stored. */
    int failures;

    /** When it may be tried again. */
    long due;

    /** Whoever waits for this one to be stored; thousands may wait, each for its own. */
    @Nullable Condition flushed;

    Entry(Pod stored, long now) {
      this.stored = stored;
      this.due = now;
    }
  }

  public StatusWriter(PodApi api, Seam seam) {
    this.api = api;
    this.seam = seam;
  }

  /** Takes note of the pod as the API has it. */
  void observe(Pod pod) {
    lock.lock();
    try {
      Entry entry = entries.get(pod.getMetadata().getUid());
      if (entry == null) {
        entries.put(pod.getMetadata().getUid(), new Entry(pod, seam.clock().nanoTime()));
      } else {
        rebase(entry, pod);
      }
    } finally {
      lock.unlock();
    }
  }

  private void rebase(Entry entry, Pod pod) {
    String known = entry.stored.getMetadata().getResourceVersion();
    String fresh = pod.getMetadata().getResourceVersion();
    if (known.isEmpty() || (!fresh.isEmpty() && ResourceVersions.compare(known, fresh) < 0)) {
      entry.stored = pod;
      // Somebody else may have changed the status: then ours is written again.
      mark(entry);
    }
  }

  private void mark(Entry entry) {
    entry.dirty = entry.desired != null && !entry.gone;
    if (entry.dirty) {
      queue.add(entry.stored.getMetadata().getUid());
      work.signal();
    }
  }

  private void clean(Entry entry) {
    entry.dirty = false;
    queue.remove(entry.stored.getMetadata().getUid());
    if (entry.flushed != null) {
      entry.flushed.signalAll();
    }
  }

  /** What the pod shall become; null if it is so already. */
  private static @Nullable Pod due(Entry entry) {
    if (entry.desired == null || entry.gone) {
      return null;
    }
    PodStatus merged = PodStatuses.merge(entry.stored.getStatus(), entry.desired);
    return merged.equals(entry.stored.getStatus())
        ? null
        : entry.stored.toBuilder().setStatus(merged).build();
  }

  /** Wants a pod's status to become this; returns at once. */
  void want(String uid, PodStatus desired) {
    lock.lock();
    try {
      Entry entry = entries.get(uid);
      if (entry != null) {
        entry.desired = desired;
        mark(entry);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the pod's latest status is stored, or the pod is gone. */
  void flush(String uid) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Entry entry = entries.get(uid);
      while (entry != null && entry.dirty && !entry.gone) {
        if (entry.flushed == null) {
          entry.flushed = lock.newCondition();
        }
        entry.flushed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The pod is done with. */
  void forget(String uid) {
    lock.lock();
    try {
      entries.remove(uid);
      queue.remove(uid);
    } finally {
      lock.unlock();
    }
  }

  /** Writes until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        write(next());
      }
    } catch (InterruptedException e) {
      // The kubelet stops; what is not written is found again by the next one.
      return;
    }
  }

  /**
   * Waits for statuses to write and takes the next few. They stay dirty until they are stored, so
   * that flush() waits for them, and go to the end of the queue, so that one that fails again and
   * again does not hold up others.
   */
  private List<Pod> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        List<Pod> writes = new ArrayList<>();
        for (String uid : awaitDue()) {
          Entry entry = Objects.requireNonNull(entries.get(uid));
          Pod pod = due(entry);
          if (pod == null) {
            clean(entry);
          } else {
            writes.add(pod);
            queue.remove(uid);
            queue.add(uid);
          }
        }
        if (!writes.isEmpty()) {
          return writes;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** At least one that may be tried now. */
  private List<String> awaitDue() throws InterruptedException {
    while (true) {
      List<String> due = new ArrayList<>();
      long now = seam.clock().nanoTime();
      long left = Long.MAX_VALUE;
      for (String uid : queue) {
        long until = Objects.requireNonNull(entries.get(uid)).due - now;
        if (until <= 0) {
          due.add(uid);
        }
        left = Math.min(left, until);
        if (due.size() == BATCH) {
          return due;
        }
      }
      if (!due.isEmpty()) {
        return due;
      }
      if (queue.isEmpty()) {
        work.await();
      } else {
        seam.clock().awaitUntil(lock, work, now + left);
      }
    }
  }

  private void write(List<Pod> pods) throws InterruptedException {
    List<StatusWrite> answers = api.writeStatuses(pods);
    for (int i = 0; i < pods.size(); i++) {
      settle(pods.get(i), answers.get(i));
    }
  }

  private void settle(Pod written, StatusWrite answer) throws InterruptedException {
    switch (answer) {
      case StatusWrite.Written(String version) -> stored(written, version);
      case StatusWrite.Stale() -> readAgain(written);
      case StatusWrite.Gone() -> gone(written);
      case StatusWrite.Failed(String message) -> failed(written, message);
    }
  }

  private void failed(Pod written, String message) {
    lock.lock();
    try {
      Entry entry = entries.get(written.getMetadata().getUid());
      if (entry != null) {
        entry.failures++;
        entry.due = seam.clock().deadline(Retries.SHORT.pause(entry.failures));
        if (entry.failures == LOUD) {
          log.warn("status of pod {}: {}", written.getMetadata().getName(), message);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void stored(Pod written, String version) {
    lock.lock();
    try {
      Entry entry = entries.get(written.getMetadata().getUid());
      if (entry != null) {
        Pod.Builder now = written.toBuilder();
        now.getMetadataBuilder().setResourceVersion(version);
        entry.failures = 0;
        entry.due = seam.clock().nanoTime();
        rebase(entry, now.build());
        // Compared once more: a newer status, or a newer pod, may have come meanwhile.
        if (due(entry) == null) {
          clean(entry);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void readAgain(Pod written) throws InterruptedException {
    Optional<Pod> fresh;
    try {
      fresh = api.find(written.getMetadata().getNamespace(), written.getMetadata().getName());
    } catch (ApiFault e) {
      failed(written, e.words());
      return;
    }
    String uid = written.getMetadata().getUid();
    if (fresh.isEmpty() || !fresh.get().getMetadata().getUid().equals(uid)) {
      gone(written);
      return;
    }
    refreshed(fresh.get());
    String version = fresh.get().getMetadata().getResourceVersion();
    if (version.equals(written.getMetadata().getResourceVersion())) {
      failed(written, "refused, though nothing has changed");
    }
  }

  /** One that was forgotten meanwhile stays so. */
  private void refreshed(Pod fresh) {
    lock.lock();
    try {
      Entry entry = entries.get(fresh.getMetadata().getUid());
      if (entry != null) {
        rebase(entry, fresh);
      }
    } finally {
      lock.unlock();
    }
  }

  private void gone(Pod written) {
    lock.lock();
    try {
      Entry entry = entries.get(written.getMetadata().getUid());
      if (entry != null) {
        entry.gone = true;
        clean(entry);
      }
    } finally {
      lock.unlock();
    }
  }
}
