package dev.capstan.kvstore.local;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;

/** etcd's limit of a request, held by the other stores too: what works on one works on all. */
public final class RequestLimit {

  /** etcd's {@code --max-request-bytes}. */
  private static final long MAX_BYTES = 3 << 19;

  private RequestLimit() {}

  /**
   * @throws StoreException.Invalid the group is too large
   */
  public static void check(Group group) {
    long bytes = group.guard() == null ? 0 : group.guard().value().length;
    for (Txn txn : group.members()) {
      for (Txn.Compare compare : txn.compares()) {
        bytes += compare.key().length();
      }
      for (Txn.Op op : txn.ops()) {
        bytes += op.key().length();
        bytes += op instanceof Txn.Op.Put(String key, byte[] value) ? value.length : 0;
      }
    }
    if (bytes > MAX_BYTES) {
      throw new StoreException.Invalid(
          "%d bytes in one request, at most %d".formatted(bytes, MAX_BYTES), null);
    }
  }
}
