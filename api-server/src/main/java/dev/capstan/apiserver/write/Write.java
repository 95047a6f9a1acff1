package dev.capstan.apiserver.write;

import dev.capstan.kvstore.Outbox;
import dev.capstan.seam.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A write that was asked for. Most are decided on the watch cache's copy and committed at the first
 * attempt; these need no thread that waits. Whatever else turns up, a refusal that must rest on the
 * object as it is, a lost race, goes on step by step on a thread of its own.
 */
public final class Write {

  private final Committer committer;
  private final Threads threads;
  private final Supplier<Step> first;

  /**
   * @param first never blocks; throws what is wrong with the request
   */
  Write(Committer committer, Threads threads, Supplier<Step> first) {
    this.committer = committer;
    this.threads = threads;
    this.first = first;
  }

  /** Writes, and blocks meanwhile. */
  public Written now() {
    return finish(first.get());
  }

  private Written finish(Step from) {
    Step step = from;
    while (true) {
      switch (step) {
        case Step.Done done -> {
          return done.written();
        }
        case Step.Commit commit -> step = commit.then().apply(committer.commit(commit));
        case Step.Slow slow -> step = slow.next().get();
      }
    }
  }

  /**
   * Begins to write, and never blocks. What depends on the promise may run on a thread that others
   * wait for: see {@link dev.capstan.kvstore.GroupCommit#submit}.
   */
  public CompletableFuture<Written> begin() {
    Outbox outbox = committer.outbox();
    CompletableFuture<Written> written = begin(outbox);
    outbox.flush();
    return written;
  }

  /** As {@link #begin()}, but what is committed leaves with the outbox. */
  public CompletableFuture<Written> begin(Outbox outbox) {
    Step step = first.get();
    return step instanceof Step.Commit commit
        ? committer.submit(commit, outbox).thenCompose(result -> goOn(commit.then().apply(result)))
        : goOn(step);
  }

  private CompletableFuture<Written> goOn(Step step) {
    if (step instanceof Step.Done done) {
      return CompletableFuture.completedFuture(done.written());
    }
    CompletableFuture<Written> later = new CompletableFuture<>();
    threads.start("write", () -> finish(step, later));
    return later;
  }

  private void finish(Step step, CompletableFuture<Written> promise) {
    try {
      promise.complete(finish(step));
    } catch (Throwable e) { // Whatever it is: somebody waits for it.
      promise.completeExceptionally(e);
    }
  }
}
