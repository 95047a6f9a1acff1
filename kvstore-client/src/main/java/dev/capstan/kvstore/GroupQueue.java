package dev.capstan.kvstore;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Transactions waiting for a group, in order of arrival; guarded by the lock of its {@link
 * GroupCommit}.
 */
final class GroupQueue {

  /** Well below the 1.5 MiB etcd takes: headers and framing come on top. */
  private static final int MAX_BYTES = 1 << 20;

  private final LinkedHashSet<Pending> waiting = new LinkedHashSet<>();

  void add(Pending pending) {
    waiting.add(pending);
  }

  boolean remove(Pending pending) {
    return waiting.remove(pending);
  }

  /** Those that wait, oldest first. */
  Collection<Pending> all() {
    return Collections.unmodifiableCollection(waiting);
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Takes the next group: from the oldest on, all that fit and depend on no other member. The
   * oldest is always taken, so nobody is passed over for ever.
   */
  List<Pending> take() {
    List<Pending> group = new ArrayList<>();
    Set<String> written = new HashSet<>();
    Set<String> compared = new HashSet<>();
    int bytes = 0;
    Iterator<Pending> all = waiting.iterator();
    while (all.hasNext() && group.size() < Group.MAX_MEMBERS && bytes < MAX_BYTES) {
      Pending next = all.next();
      boolean fits = group.isEmpty() || bytes + next.bytes() <= MAX_BYTES;
      if (fits && !conflicts(next.txn(), written, compared)) {
        all.remove();
        group.add(next);
        bytes += next.bytes();
        next.txn().ops().forEach(op -> written.add(op.key()));
        next.txn().compares().forEach(compare -> compared.add(compare.key()));
      }
    }
    return group;
  }

  private static boolean conflicts(Txn txn, Set<String> written, Set<String> compared) {
    for (Txn.Op op : txn.ops()) {
      if (written.contains(op.key()) || compared.contains(op.key())) {
        return true;
      }
    }
    for (Txn.Compare compare : txn.compares()) {
      if (written.contains(compare.key())) {
        return true;
      }
    }
    return false;
  }
}
