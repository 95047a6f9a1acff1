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

/**
 * Writes the statuses of pods: the latest of each, only when it differs from what is stored,
 * several at once when they come while a write is under way.
 *
 * <p>Every write names the uid and the version it is based on, so that it neither hits another pod
 * of the same name nor overwrites what somebody else wrote meanwhile; a refused one is based anew
 * and repeated. Nothing is given up but the status of a pod that is gone.
 */
public final class StatusWriter implements Runnable {

  private static final int BATCH = 100;

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

    /** Whoever waits for this one to be stored; thousands may wait, each for its own. */
    @Nullable Condition flushed;

    Entry(Pod stored) {
      this.stored = stored;
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
        entries.put(pod.getMetadata().getUid(), new Entry(pod));
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
      for (int failures = 0; ; ) {
        List<Pod> writes = next();
        boolean ok = writes.isEmpty() || write(writes);
        failures = ok ? 0 : failures + 1;
        if (!ok) {
          seam.clock().sleep(Retries.SHORT.pause(failures));
        }
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
      while (queue.isEmpty()) {
        work.await();
      }
      List<Pod> writes = new ArrayList<>();
      for (String uid : queue.stream().limit(BATCH).toList()) {
        Entry entry = Objects.requireNonNull(entries.get(uid));
        Pod due = due(entry);
        if (due == null) {
          clean(entry);
        } else {
          writes.add(due);
          queue.remove(uid);
          queue.add(uid);
        }
      }
      return writes;
    } finally {
      lock.unlock();
    }
  }

  private boolean write(List<Pod> pods) throws InterruptedException {
    List<StatusWrite> answers = api.writeStatuses(pods);
    boolean ok = true;
    for (int i = 0; i < pods.size(); i++) {
      ok &= settle(pods.get(i), answers.get(i));
    }
    return ok;
  }

  private boolean settle(Pod written, StatusWrite answer) throws InterruptedException {
    return switch (answer) {
      case StatusWrite.Written(String version) -> stored(written, version);
      case StatusWrite.Stale() -> readAgain(written);
      case StatusWrite.Gone() -> gone(written);
      case StatusWrite.Failed(String message) -> false;
    };
  }

  private boolean stored(Pod written, String version) {
    lock.lock();
    try {
      Entry entry = entries.get(written.getMetadata().getUid());
      if (entry != null) {
        Pod.Builder now = written.toBuilder();
        now.getMetadataBuilder().setResourceVersion(version);
        rebase(entry, now.build());
        // Compared once more: a newer status, or a newer pod, may have come meanwhile.
        if (due(entry) == null) {
          clean(entry);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean readAgain(Pod written) throws InterruptedException {
    Optional<Pod> fresh;
    try {
      fresh = api.find(written.getMetadata().getNamespace(), written.getMetadata().getName());
    } catch (ApiFault e) {
      return false;
    }
    String uid = written.getMetadata().getUid();
    if (fresh.isEmpty() || !fresh.get().getMetadata().getUid().equals(uid)) {
      return gone(written);
    }
    refreshed(fresh.get());
    String version = fresh.get().getMetadata().getResourceVersion();
    return !version.equals(written.getMetadata().getResourceVersion());
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

  private boolean gone(Pod written) {
    lock.lock();
    try {
      Entry entry = entries.get(written.getMetadata().getUid());
      if (entry != null) {
        entry.gone = true;
        clean(entry);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
