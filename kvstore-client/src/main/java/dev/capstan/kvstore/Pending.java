package dev.capstan.kvstore;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A transaction that waits for its answer. Whoever answers first, with what the store said or
 * because time is up, has answered; what others say later changes nothing.
 */
final class Pending {

  private final Txn txn;
  private final long deadlineNanos;
  private final boolean freesSpace;
  private final int bytes;
  private final CompletableFuture<GroupCommit.Result> promise = new CompletableFuture<>();

  /**
   * @throws StoreException.Invalid no group could take it
   */
  Pending(Txn txn, long deadlineNanos, boolean freesSpace) {
    checkSize(txn);
    this.txn = txn;
    this.deadlineNanos = deadlineNanos;
    this.freesSpace = freesSpace;
    this.bytes = bytesOf(txn);
  }

  private static void checkSize(Txn txn) {
    int most = Math.max(txn.compares().size(), txn.ops().size());
    if (most > Txn.MAX_MEMBER_SIZE) {
      throw new StoreException.Invalid(
          "a transaction has at most %d compares and %d operations, not %d"
              .formatted(Txn.MAX_MEMBER_SIZE, Txn.MAX_MEMBER_SIZE, most),
          null);
    }
    if (txn.ops().isEmpty()) {
      throw new StoreException.Invalid("a transaction without operations", null);
    }
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

  boolean freesSpace() {
    return freesSpace;
  }

  int bytes() {
    return bytes;
  }

  /** The answer; fails with a StoreException. */
  CompletableFuture<GroupCommit.Result> promise() {
    return promise;
  }

  boolean isDone() {
    return promise.isDone();
  }

  /** Answers, and runs what depends on the answer: hold no lock. */
  void complete(GroupCommit.Result answer) {
    promise.complete(answer);
  }

  /** As {@link #complete}, with a failure. */
  void fail(RuntimeException why) {
    promise.completeExceptionally(why);
  }

  /** Blocks until it is answered. */
  void await() throws InterruptedException {
    try {
      var unused = promise.get();
    } catch (ExecutionException e) {
      // An answer too: result() tells it.
    }
  }

  /** The answer, once it is there; throws the failure. */
  GroupCommit.Result result() {
    if (promise.state() == Future.State.SUCCESS) {
      return promise.resultNow();
    }
    throw promise.exceptionNow() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("failed with what is no exception", promise.exceptionNow());
  }
}
