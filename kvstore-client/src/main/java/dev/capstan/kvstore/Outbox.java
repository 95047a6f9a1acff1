package dev.capstan.kvstore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions that are submitted together, so that one group can take them all and not the first
 * of them alone. For one thread.
 */
public final class Outbox {

  private final GroupCommit commits;
  private final List<Pending> kept = new ArrayList<>();

  Outbox(GroupCommit commits) {
    this.commits = commits;
  }

  /** As {@link GroupCommit#submit}, but it leaves with the next {@link #flush}. */
  public CompletableFuture<GroupCommit.Result> submit(
      Txn txn, long deadlineNanos, boolean freesSpace) {
    Pending pending = new Pending(txn, deadlineNanos, freesSpace);
    kept.add(pending);
    return pending.promise();
  }

  /** Submits what has gathered. */
  public void flush() {
    List<Pending> all = List.copyOf(kept);
    kept.clear();
    commits.submit(all);
  }
}
