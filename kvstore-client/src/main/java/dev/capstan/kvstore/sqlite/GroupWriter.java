package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.Outcome;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one group within an open transaction.
 *
 * @param revision what the group gets if anything of it has effect
 * @param quotaBytes 0 for no limit
 */
record GroupWriter(Rows rows, long revision, long quotaBytes) {

  /** What became of a group. */
  record Applied(List<Outcome> outcomes, List<KvStore.Change> changes) {}

  /** Judges all members by the state before the group, then writes. */
  Applied apply(Group group) throws SQLException {
    checkGuard(group.guard());
    List<Outcome> outcomes = new ArrayList<>();
    List<Txn.Op> ops = new ArrayList<>();
    for (Txn txn : group.members()) {
      Outcome outcome = judge(txn);
      outcomes.add(outcome);
      if (outcome instanceof Outcome.Committed) {
        ops.addAll(txn.ops());
      }
    }
    if (group.guard() != null) {
      ops.add(new Txn.Op.Put(group.guard().key(), group.guard().value()));
    }
    checkSpace(ops);
    List<KvStore.Change> changed = new ArrayList<>();
    for (Txn.Op op : ops) {
      KvStore.Change change = rows.apply(op, revision, changed.size());
      if (change != null) {
        changed.add(change);
      }
    }
    if (!changed.isEmpty()) {
      rows.db().setMeta("revision", revision);
    }
    return new Applied(outcomes, changed);
  }

  private void checkGuard(Group.@Nullable Guard guard) throws SQLException {
    if (guard == null) {
      return;
    }
    Entry entry = rows.current(guard.key());
    if ((entry == null ? 0 : entry.modRevision()) != guard.expectedModRevision()) {
      throw new StoreException.GuardFailed(guard.key(), entry);
    }
  }

  private Outcome judge(Txn txn) throws SQLException {
    List<Entry> current = new ArrayList<>();
    boolean holds = true;
    for (Txn.Compare compare : txn.compares()) {
      Entry entry = rows.current(compare.key());
      holds &= compare.holds(entry);
      if (entry != null) {
        current.add(entry);
      }
    }
    return holds ? new Outcome.Committed() : new Outcome.Refused(List.copyOf(current));
  }

  private void checkSpace(List<Txn.Op> ops) throws SQLException {
    long more = 0;
    for (Txn.Op op : ops) {
      more += op instanceof Txn.Op.Put(String key, byte[] value) ? value.length : 0;
    }
    if (quotaBytes == 0 || more == 0) {
      return;
    }
    Database db = rows.db();
    long used = (db.pages() - db.freePages()) * db.pageSize();
    if (used + more > quotaBytes) {
      throw new StoreException.OutOfSpace(
          "the store is full: %d of %d bytes".formatted(used, quotaBytes), null);
    }
  }
}
