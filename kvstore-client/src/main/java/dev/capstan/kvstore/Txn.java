package dev.capstan.kvstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Whether it stores nothing: such a transaction passes when the store is full. */
  public boolean onlyDeletes() {
    return ops.stream().allMatch(op -> op instanceof Op.Delete);
  }

  /** A condition on one key. */
  public sealed interface Compare {
    String key();

    /** Whether the condition holds for what is stored under the key, null if nothing is. */
    default boolean holds(KvStore.@Nullable Entry entry) {
      return switch (this) {
        case Absent(String key) -> entry == null;
        case Exists(String key) -> entry != null;
        case ModRevision(String key, long revision) ->
            entry != null && entry.modRevision() == revision;
        case CreateRevision(String key, long revision) ->
            entry != null && entry.createRevision() == revision;
      };
    }

    /** The key does not exist. */
    record Absent(String key) implements Compare {}

    /** The key exists. */
    record Exists(String key) implements Compare {}

    /** The key was last written at this revision. */
    record ModRevision(String key, long revision) implements Compare {
      public ModRevision {
        checkRevision(revision);
      }
    }

    /** The key was created at this revision. */
    record CreateRevision(String key, long revision) implements Compare {
      public CreateRevision {
        checkRevision(revision);
      }
    }

    /** 0 would be "absent" to some stores and nothing to others. */
    private static void checkRevision(long revision) {
      if (revision < 1) {
        throw new IllegalArgumentException("there is no revision " + revision);
      }
    }
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
