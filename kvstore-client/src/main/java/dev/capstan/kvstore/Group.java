package dev.capstan.kvstore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Independent transactions that are committed at one revision.
 *
 * @param members 1 to {@link #MAX_MEMBERS}
 * @param guard what makes the group's own identity, or null
 */
public record Group(List<Txn> members, @Nullable Guard guard) {

  /**
   * etcd counts members plus the largest member's compares or operations against 128 operations.
   */
  public static final int MAX_MEMBERS = 120;

  /**
   * A key that is written with the group and only if it still is as expected; otherwise nothing of
   * the group is applied and {@link StoreException.GuardFailed} is thrown. However often a group
   * with a guard is submitted, it is applied at most once, and whoever reads the key learns whether
   * it was, and at which revision.
   *
   * @param expectedModRevision the key's last modification; 0 if it must not exist
   * @param value stored under the key; never empty
   */
  public record Guard(String key, long expectedModRevision, byte[] value) {}

  public Group(List<Txn> members) {
    this(members, null);
  }

  public Group {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a group has 1 to " + MAX_MEMBERS + " members, not " + members.size());
    }
    checkIndependent(members, guard);
  }

  /**
   * Members are judged against the state before the group: what one writes no other may depend on.
   */
  private static void checkIndependent(List<Txn> members, @Nullable Guard guard) {
    Map<String, Integer> writers = new HashMap<>();
    if (guard != null) {
      writers.put(guard.key(), -1);
    }
    for (int i = 0; i < members.size(); i++) {
      for (Txn.Op op : members.get(i).ops()) {
        if (writers.put(op.key(), i) != null) {
          throw new IllegalArgumentException(op.key() + " is written twice in one group");
        }
      }
    }
    for (int i = 0; i < members.size(); i++) {
      for (Txn.Compare compare : members.get(i).compares()) {
        Integer writer = writers.get(compare.key());
        if (writer != null && writer != i) {
          throw new IllegalArgumentException(
              compare.key() + " is written and compared by two members of one group");
        }
      }
    }
  }
}
