package dev.capstan.kvstore;

import java.util.List;

/**
 * Independent transactions that are committed at one revision.
 *
 * @param members 1 to {@link #MAX_MEMBERS}
 */
public record Group(List<Txn> members) {

  /** etcd counts members plus the largest member's compares or operations against 128 operations. */
  public static final int MAX_MEMBERS = 120;

  public Group {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a group has 1 to " + MAX_MEMBERS + " members, not " + members.size());
    }
  }
}
