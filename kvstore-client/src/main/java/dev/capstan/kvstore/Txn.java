package dev.capstan.kvstore;

import java.util.List;

/**
 * One transaction: if all compares hold, all operations are applied.
 *
 * @param compares at most 3 in a group
 * @param ops at most 3 in a group, on distinct keys
 */
public record Txn(List<Compare> compares, List<Op> ops) {

  /** At most this many compares, and this many operations, in a member of a group. */
  public static final int MAX_MEMBER_SIZE = 3;

  public Txn {
    compares = List.copyOf(compares);
    ops = List.copyOf(ops);
  }

  /** A condition on one key. */
  public sealed interface Compare {
    String key();

    /** The key does not exist. */
    record Absent(String key) implements Compare {}

    /** The key exists. */
    record Exists(String key) implements Compare {}

    /** The key was last written at this revision. */
    record ModRevision(String key, long revision) implements Compare {}

    /** The key was created at this revision. */
    record CreateRevision(String key, long revision) implements Compare {}
  }

  /** A change of one key. */
  public sealed interface Op {
    String key();

    /** Stores a value. */
    record Put(String key, byte[] value) implements Op {}

    /** Removes the key if it is there. */
    record Delete(String key) implements Op {}
  }
}
