package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.Outbox;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Hands transactions to group commit and says what went wrong in the API's words. */
final class Committer {

  private final GroupCommit commits;

  Committer(GroupCommit commits) {
    this.commits = commits;
  }

  /** For writes that leave together. */
  Outbox outbox() {
    return commits.outbox();
  }

  /** Commits, and blocks meanwhile. */
  Result commit(Step.Commit commit) {
    return commit(commit.target(), commit.txn(), commit.freesSpace(), commit.deadlineNanos());
  }

  /** Commits a transaction about an object, and blocks meanwhile. */
  Result commit(Target target, Txn txn, boolean freesSpace, long deadlineNanos) {
    try {
      return commits.commit(txn, deadlineNanos, freesSpace);
    } catch (StoreException e) {
      throw inWords(target, e);
    }
  }

  /** Commits with what else is in the outbox. */
  CompletableFuture<Result> submit(Step.Commit commit, Outbox outbox) {
    return outbox
        .submit(commit.txn(), commit.deadlineNanos(), commit.freesSpace())
        .exceptionally(failure -> {
          throw failure instanceof StoreException e
              ? inWords(commit.target(), e)
              : new CompletionException(failure);
        });
  }

  private static RuntimeException inWords(Target target, StoreException failure) {
    return switch (failure) {
      case StoreException.UnknownOutcome e ->
          ApiErrors.unknownOutcome(target.kind(), target.namespace(), target.name());
      case StoreException.OutOfSpace e ->
          ApiErrors.exhausted("StoreFull", String.valueOf(e.getMessage()));
      case StoreException.Unavailable e ->
          ApiErrors.unavailable("the store is not available: " + e.getMessage());
      default -> failure;
    };
  }

  /** The payload to store: the object without its version, which only the commit decides. */
  static byte[] payload(Kind kind, Message object) {
    return Written.withVersion(kind, object, "").toByteArray();
  }

  /** The outcome of a commit. */
  static Written written(Kind kind, Message object, Committed committed) {
    return new Written(kind, object, ResourceVersions.of(committed.revision(), committed.slot()));
  }
}
