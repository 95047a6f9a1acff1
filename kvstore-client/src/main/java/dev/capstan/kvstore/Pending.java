package dev.capstan.kvstore;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A transaction that waits for its answer; guarded by the lock of its {@link GroupCommit}. */
final class Pending {

  private final Txn txn;
  private final long deadlineNanos;
  private final Condition done;
  private final int bytes;
  private GroupCommit.@Nullable Result result;
  private @Nullable RuntimeException failure;

  Pending(Txn txn, long deadlineNanos, Condition done) {
    this.txn = txn;
    this.deadlineNanos = deadlineNanos;
    this.done = done;
    this.bytes = bytesOf(txn);
  }

  /** What it adds to a request, compares' keys and framing included. */
  private static int bytesOf(Txn txn) {
    int bytes = 32;
    for (Txn.Compare compare : txn.compares()) {
      // A refused member answers with the compared key's entry, which is asked for by the key once
      // more.
      bytes += 2 * compare.key().length() + 48;
    }
    for (Txn.Op op : txn.ops()) {
      bytes +=
          switch (op) {
            case Txn.Op.Put(String key, byte[] value) -> key.length() + value.length + 96;
            case Txn.Op.Delete(String key) -> key.length() + 32;
          };
    }
    return bytes;
  }

  Txn txn() {
    return txn;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  Condition done() {
    return done;
  }

  int bytes() {
    return bytes;
  }

  boolean isDone() {
    return result != null || failure != null;
  }

  void complete(GroupCommit.Result answer) {
    if (!isDone()) {
      result = answer;
      done.signalAll();
    }
  }

  void fail(RuntimeException why) {
    if (!isDone()) {
      failure = why;
      done.signalAll();
    }
  }

  GroupCommit.Result result() {
    if (result != null) {
      return result;
    }
    throw failure != null ? failure : new IllegalStateException("not answered yet");
  }
}
