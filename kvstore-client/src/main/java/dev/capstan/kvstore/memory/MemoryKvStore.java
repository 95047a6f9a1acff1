package dev.capstan.kvstore.memory;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.local.ChangeLog;
import dev.capstan.kvstore.local.LocalWatch;
import dev.capstan.kvstore.local.RequestLimit;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A store in memory, with history, watches, compaction and a quota; gone with the process. */
public final class MemoryKvStore implements KvStore {

  private final Seam seam;
  private final long quotaBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<String, KeyHistory> keys = new TreeMap<>();
  private final ChangeLog changes = new ChangeLog(1, 0, Long.MAX_VALUE);
  private long revision = 1;
  private long compacted;
  private long bytes;
  private boolean closed;

  /** A store without a limit. */
  public MemoryKvStore(Seam seam) {
    this(seam, 0);
  }

  /**
   * @param quotaBytes the most keys and values, past ones included, may take; 0 for no limit
   */
  public MemoryKvStore(Seam seam, long quotaBytes) {
    this.seam = seam;
    this.quotaBytes = quotaBytes;
  }

  @Override
  public GetResult get(String key) {
    lock.lock();
    try {
      checkOpen();
      return new GetResult(revision, current(key));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<Long> revision() {
    lock.lock();
    try {
      checkOpen();
      return CompletableFuture.completedFuture(revision);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RangeResult range(RangeRequest request) {
    lock.lock();
    try {
      checkOpen();
      long at = request.atRevision() == 0 ? revision : request.atRevision();
      if (at > revision) {
        throw new StoreException.Future(at, revision);
      }
      if (at < compacted) {
        throw new StoreException.Compacted(compacted);
      }
      return request.countOnly() ? count(request.prefix(), at) : page(request, at);
    } finally {
      lock.unlock();
    }
  }

  private RangeResult count(String prefix, long at) {
    long total = under(prefix, "").values().stream().filter(h -> h.at(at) != null).count();
    return new RangeResult(revision, List.of(), false, total);
  }

  private RangeResult page(RangeRequest request, long at) {
    List<Entry> entries = new ArrayList<>();
    for (KeyHistory history : under(request.prefix(), request.startAfter()).values()) {
      Entry entry = history.at(at);
      if (entry == null) {
        continue;
      }
      if (request.limit() > 0 && entries.size() == request.limit()) {
        return new RangeResult(revision, List.copyOf(entries), true, -1);
      }
      entries.add(entry);
    }
    long total = request.startAfter().isEmpty() ? entries.size() : -1;
    return new RangeResult(revision, List.copyOf(entries), false, total);
  }

  private Map<String, KeyHistory> under(String prefix, String startAfter) {
    boolean after = startAfter.compareTo(prefix) >= 0;
    return keys.subMap(after ? startAfter : prefix, !after, prefix + Character.MAX_VALUE, false);
  }

  @Override
  public CommitResult commit(Group group) {
    RequestLimit.check(group);
    lock.lock();
    try {
      checkOpen();
      checkGuard(group.guard());
      List<Outcome> outcomes = group.members().stream().map(this::judge).toList();
      List<Txn.Op> ops = new ArrayList<>();
      for (int i = 0; i < outcomes.size(); i++) {
        if (outcomes.get(i) instanceof Outcome.Committed) {
          ops.addAll(group.members().get(i).ops());
        }
      }
      if (group.guard() != null) {
        ops.add(new Txn.Op.Put(group.guard().key(), group.guard().value()));
      }
      checkSpace(ops);
      apply(ops);
      return new CommitResult(revision, outcomes);
    } finally {
      lock.unlock();
    }
  }

  private void checkGuard(Group.@Nullable Guard guard) {
    if (guard == null) {
      return;
    }
    Entry entry = current(guard.key());
    if ((entry == null ? 0 : entry.modRevision()) != guard.expectedModRevision()) {
      throw new StoreException.GuardFailed(guard.key(), entry);
    }
  }

  private Outcome judge(Txn txn) {
    List<Entry> found = new ArrayList<>();
    boolean holds = true;
    for (Txn.Compare compare : txn.compares()) {
      Entry entry = current(compare.key());
      holds &= compare.holds(entry);
      if (entry != null && !found.contains(entry)) {
        found.add(entry);
      }
    }
    return holds ? new Outcome.Committed() : new Outcome.Refused(List.copyOf(found));
  }

  private void checkSpace(List<Txn.Op> ops) {
    long more = 0;
    for (Txn.Op op : ops) {
      more += op instanceof Txn.Op.Put(String key, byte[] value) ? KeyHistory.cost(key, value) : 0;
    }
    if (quotaBytes > 0 && more > 0 && bytes + more > quotaBytes) {
      throw new StoreException.OutOfSpace(
          "the store is full: " + bytes + " of " + quotaBytes + " bytes", null);
    }
  }

  private void apply(List<Txn.Op> ops) {
    long next = revision + 1;
    List<Change> changed = new ArrayList<>();
    for (Txn.Op op : ops) {
      Change change = apply(op, next);
      if (change != null) {
        changed.add(change);
      }
    }
    if (!changed.isEmpty()) {
      revision = next;
      changes.append(new ChangeLog.Revision(next, List.copyOf(changed)));
    }
  }

  private @Nullable Change apply(Txn.Op op, long at) {
    Entry previous = current(op.key());
    switch (op) {
      case Txn.Op.Put(String key, byte[] value) -> {
        Entry entry =
            previous == null
                ? new Entry(key, value, at, at, 1)
                : new Entry(key, value, previous.createRevision(), at, previous.version() + 1);
        bytes += keys.computeIfAbsent(key, k -> new KeyHistory()).put(entry);
        return new Change.Put(entry);
      }
      case Txn.Op.Delete(String key) -> {
        KeyHistory history = keys.get(key);
        if (previous == null || history == null) {
          return null;
        }
        history.delete(at);
        return new Change.Delete(key);
      }
    }
  }

  private @Nullable Entry current(String key) {
    KeyHistory history = keys.get(key);
    return history == null ? null : history.at(Long.MAX_VALUE);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    // All history since the last compaction is in the log, so there is nothing to fetch elsewhere.
    return LocalWatch.start(
        prefix, afterRevision, listener, changes, (after, upTo) -> List.of(), seam.threads());
  }

  @Override
  public void compact(long toRevision) {
    lock.lock();
    try {
      checkOpen();
      if (toRevision > revision) {
        throw new StoreException.Future(toRevision, revision);
      }
      if (toRevision <= compacted) {
        return;
      }
      compacted = toRevision;
      keys.values().forEach(history -> bytes -= history.compact(toRevision));
      keys.values().removeIf(KeyHistory::isEmpty);
      changes.compact(toRevision);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Size size() {
    lock.lock();
    try {
      return new Size(bytes, bytes, quotaBytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reclaim() {}

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    changes.close();
  }

  private void checkOpen() {
    if (closed) {
      throw new StoreException.Unavailable("the store is closed", null);
    }
  }
}
