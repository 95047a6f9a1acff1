package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;

/** Hands transactions to group commit and says what went wrong in the API's words. */
final class Committer {

  private final GroupCommit commits;

  Committer(GroupCommit commits) {
    this.commits = commits;
  }

  /** Commits a transaction about an object. */
  Result commit(Target target, Txn txn, boolean freesSpace, long deadlineNanos) {
    try {
      return commits.commit(txn, deadlineNanos, freesSpace);
    } catch (StoreException.UnknownOutcome e) {
      throw ApiErrors.unknownOutcome(target.kind(), target.namespace(), target.name());
    } catch (StoreException.OutOfSpace e) {
      throw ApiErrors.exhausted("StoreFull", String.valueOf(e.getMessage()));
    } catch (StoreException.Unavailable e) {
      throw ApiErrors.unavailable("the store is not available: " + e.getMessage());
    }
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
