package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.AcceptedLosses;
import dev.capstan.kvstore.DiskSpace;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.local.ChangeLog;
import dev.capstan.kvstore.local.LocalWatch;
import dev.capstan.kvstore.local.RequestLimit;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one SQLite file (write-ahead log, synchronous=FULL): an acknowledged commit survives a
 * crash of the process and of the machine. One process at a time.
 */
public final class SqliteKvStore implements KvStore {

  /** What the database may take if nothing else is said: 2 GiB, as etcd's. */
  public static final long DEFAULT_QUOTA_BYTES = 2L << 30;

  private static final Logger log = LoggerFactory.getLogger(SqliteKvStore.class);

  /** Watches within this much of the head are served from memory. */
  private static final long LOG_BYTES = 16 << 20;

  /** With less than this on the disk only deletes pass: it is what the file may need meanwhile. */
  private static final long LEAST_DISK = 16 << 20;

  private final Seam seam;
  private final Path folder;
  private final FolderLock folderLock;
  private final DbThread thread;
  private final DbSession session;
  private final ChangeLog changes;

  /** Opens the store in a folder with the default quota, making both if missing. */
  public SqliteKvStore(Path folder, Seam seam) {
    this(folder, seam, DEFAULT_QUOTA_BYTES);
  }

  /**
   * @param quotaBytes the most the data may take; 0 for no limit
   * @throws StoreException.Unusable another process has it open, it cannot be opened, or writes
   *     that were acknowledged are not in it and {@link AcceptedLosses} do not say that this is
   *     well
   * @throws StoreException.Corrupt the file is damaged
   */
  public SqliteKvStore(Path folder, Seam seam, long quotaBytes) {
    this(folder, seam, quotaBytes, 0);
  }

  /** With a limit of pages, at which SQLite answers as on a full disk; for tests. */
  SqliteKvStore(Path folder, Seam seam, long quotaBytes, long maxPages) {
    this.seam = seam;
    this.folder = folder;
    this.folderLock = lock(folder);
    SqliteLibrary.keepIn(folder);
    this.thread = new DbThread("sqlite");
    this.session =
        new DbSession(
            folder.resolve("store.db"),
            quotaBytes,
            maxPages,
            new DiskSpace(folder, LEAST_DISK),
            new AcceptedLosses(folder));
    try {
      this.changes = thread.call(false, () -> session.open(LOG_BYTES));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static FolderLock lock(Path folder) {
    try {
      Files.createDirectories(folder);
      return FolderLock.take(folder);
    } catch (IOException e) {
      throw new StoreException.Unusable(folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public GetResult get(String key) {
    return thread.call(false, () -> session.read(rows -> session.get(rows, key)));
  }

  /**
   * Known without asking SQLite: nobody else writes, and the log's head moves before a commit is
   * acknowledged.
   */
  @Override
  public CompletableFuture<Long> revision() {
    thread.checkOpen();
    return CompletableFuture.completedFuture(changes.head());
  }

  @Override
  public RangeResult range(RangeRequest request) {
    return thread.call(false, () -> session.read(rows -> session.range(rows, request)));
  }

  @Override
  public CommitResult commit(Group group) {
    return thread.call(true, () -> checkAndCommit(group));
  }

  private CommitResult checkAndCommit(Group group) {
    RequestLimit.check(group);
    return session.commit(group);
  }

  @Override
  public CompletableFuture<CommitResult> submit(Group group, Threads threads) {
    return thread.submit(() -> checkAndCommit(group));
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    return LocalWatch.start(
        prefix, afterRevision, listener, changes, this::readLog, seam.threads());
  }

  private List<ChangeLog.Revision> readLog(long after, long upTo) {
    return thread.call(
        false,
        () ->
            session.read(
                rows -> after < changes.compactRevision() ? List.of() : rows.log(after, upTo)));
  }

  @Override
  public void compact(long revision) {
    if (!thread.call(true, () -> session.startCompaction(revision))) {
      return;
    }
    long last = 0;
    do {
      long after = last;
      // In steps, so that commits come in between.
      last = thread.call(true, () -> session.write(rows -> rows.compactStep(after, revision)));
    } while (last > 0);
  }

  @Override
  public Size size() {
    return thread.call(false, () -> session.read(session::size));
  }

  @Override
  public void reclaim() {
    thread.call(true, session::shrink);
  }

  @Override
  public String describe() {
    return "SQLite in " + folder;
  }

  @Override
  public void close() {
    try {
      thread.close(session::close);
      folderLock.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("closing {}: {}", folder, e.getMessage());
    }
  }
}
