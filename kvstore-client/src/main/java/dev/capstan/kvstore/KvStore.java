package dev.capstan.kvstore;

import dev.capstan.seam.Threads;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map from text keys (ASCII) to bytes with one revision per commit; implemented over
 * etcd, SQLite and memory, all held to one contract suite.
 *
 * <p>Calls block unless they say otherwise, and may be made from virtual threads; an interrupt
 * abandons the wait, not the operation. Failures are {@link StoreException}s.
 */
public interface KvStore extends AutoCloseable {

  /**
   * What is stored under a key. An empty store is at revision 1, its first commit at 2; version
   * counts writes since creation, from 1. The array is shared: nobody changes it.
   */
  record Entry(String key, byte[] value, long createRevision, long modRevision, long version) {}

  /** A linearizable read of one key: it sees every write acknowledged before the call. */
  GetResult get(String key);

  /**
   * @param revision the store's revision at the read
   * @param entry what is there, or null
   */
  record GetResult(long revision, @Nullable Entry entry) {}

  /**
   * The store's revision by a linearizable read, without blocking. What depends on the promise runs
   * on the thread that brings the answer, maybe the transport's own: it must be short and must not
   * block. Nobody but the caller limits the time; completing the promise gives the question up.
   */
  CompletableFuture<Long> revision();

  /** Entries in key order. Linearizable when {@code request.atRevision()} is 0. */
  RangeResult range(RangeRequest request);

  /**
   * @param prefix keys must start with it
   * @param startAfter keys must be greater; empty for the beginning
   * @param limit most entries; 0 for all
   * @param atRevision read the past; 0 for now. {@link StoreException.Compacted} when it is gone
   * @param countOnly no entries, only {@code total}: the cheapest consistent read
   */
  record RangeRequest(
      String prefix, String startAfter, int limit, long atRevision, boolean countOnly) {}

  /**
   * @param revision the store's revision at the read (for a past read: now's, at least atRevision)
   * @param entries in key order
   * @param more true if the limit cut entries off
   * @param total entries under the prefix (all, not only after startAfter) if the store knows, else
   *     -1; always known with countOnly
   */
  record RangeResult(long revision, List<Entry> entries, boolean more, long total) {}

  /**
   * Commits a group of independent transactions at one revision. All are judged against the state
   * before the group; each succeeds or fails by itself. A group in which no member has effect takes
   * no revision.
   *
   * <p>No member writes a key that another member writes or compares: {@link Group} checks it.
   *
   * @throws StoreException.GuardFailed the group's guard was not as expected; nothing was applied
   * @throws StoreException.OutOfSpace nothing was applied
   * @throws StoreException.UnknownOutcome the group may or may not have been applied, now or later
   * @throws StoreException.Invalid the store refused the group as such; nothing was applied
   */
  CommitResult commit(Group group);

  /**
   * As {@link #commit}, without blocking: the promise fails with what that throws, and as late.
   * What depends on the promise runs on the thread that brings the answer, maybe the transport's
   * own: it must be short and must not block.
   *
   * @param threads for a store that can only block
   */
  default CompletableFuture<CommitResult> submit(Group group, Threads threads) {
    CompletableFuture<CommitResult> promise = new CompletableFuture<>();
    threads.start(
        "commit",
        () -> {
          try {
            promise.complete(commit(group));
          } catch (Throwable e) { // Whatever it is: somebody waits for it.
            promise.completeExceptionally(e);
          }
        });
    return promise;
  }

  /**
   * @param revision the store's revision after the group
   * @param outcomes one per member, in order
   */
  record CommitResult(long revision, List<Outcome> outcomes) {}

  /** What became of a member. */
  sealed interface Outcome {
    /** All compares held; its operations are applied at the group's revision. */
    record Committed() implements Outcome {}

    /**
     * A compare did not hold; nothing of the member is applied.
     *
     * @param current the entries of the member's compared keys that exist, as judged
     */
    record Refused(List<Entry> current) implements Outcome {}
  }

  /**
   * Follows all changes under a prefix after {@code afterRevision}, whole revisions in order
   * without gap or repeat, over reconnects, until closed or ended. Calls to the listener come one
   * at a time from a thread of the store's; a listener that blocks slows down only its own watch.
   */
  Watch watch(String prefix, long afterRevision, WatchListener listener);

  /** A running watch. */
  interface Watch extends AutoCloseable {
    /**
     * Asks for an {@code onProgress} as soon as the watch has caught up with the store's present
     * revision.
     */
    void requestProgress();

    @Override
    void close();
  }

  /** Receives a watch. */
  interface WatchListener {
    /** All changes of one revision under the prefix, in the order of the commit's operations. */
    void onRevision(long revision, List<Change> changes);

    /**
     * Everything up to this revision has been delivered. Comes on request and whenever the store
     * finds it cheap.
     */
    void onProgress(long revision);

    /** The watch is over and delivers nothing more. */
    void onEnd(WatchEnd end);
  }

  /** Why a watch is over. */
  sealed interface WatchEnd {
    /** Events it still needed are compacted: list again. */
    record Compacted(long compactRevision) implements WatchEnd {}

    /**
     * It asked for a revision the store has not reached (another store, or one restored from a
     * backup).
     */
    record Future(long storeRevision) implements WatchEnd {}

    /** {@code close} was called. */
    record Closed() implements WatchEnd {}
  }

  /** One changed key. What was there before is not told: whoever needs that keeps it. */
  sealed interface Change {
    String key();

    /**
     * @param entry what is stored now
     */
    record Put(Entry entry) implements Change {
      @Override
      public String key() {
        return entry.key();
      }
    }

    /** The key is gone. */
    record Delete(String key) implements Change {}
  }

  /**
   * Forgets history: afterwards reads of and watches from revisions below {@code revision} are
   * refused. Does nothing if that much is forgotten already.
   */
  void compact(long revision);

  /**
   * @param bytes what the database takes on disk
   * @param bytesInUse what of it holds data
   * @param quotaBytes the most it may take; 0 for no limit
   * @param shortage why it can store hardly anything although it is below its quota, in a sentence
   *     (its disk is full, etcd has raised its alarm); empty if it can
   */
  record Size(long bytes, long bytesInUse, long quotaBytes, String shortage) {

    /** Of a store that lacks nothing but what its quota forbids. */
    public Size(long bytes, long bytesInUse, long quotaBytes) {
      this(bytes, bytesInUse, quotaBytes, "");
    }
  }

  /** The space the database takes. */
  Size size();

  /**
   * Gives space freed by a compaction back, as far as that is worth its price; may hold up other
   * calls for seconds. Also ends a store's own refusal of writes for want of space.
   */
  void reclaim();

  /** Name and version for people, e.g. "etcd 3.5.30". */
  String describe();

  @Override
  void close();
}
