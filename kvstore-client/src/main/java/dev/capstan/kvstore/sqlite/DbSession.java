package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.AcceptedLosses;
import dev.capstan.kvstore.DiskSpace;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.local.ChangeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done on the database's thread; reopens the file after a failure that leaves its state in
 * doubt.
 */
final class DbSession {

  private static final Logger log = LoggerFactory.getLogger(DbSession.class);

  private static final String MARK_LOSS = "revision-mark";

  private final Path file;
  private final long quotaBytes;
  private final long maxPages;
  private final AcceptedLosses losses;
  private final DiskSpace disk;
  private final SqliteErrors errors;
  private @Nullable RevisionMark mark;
  private @Nullable Database database;
  private @Nullable ChangeLog changes;
  private long revision;
  private boolean closed;

  /** Something that is done with the tables. */
  interface Work<T> {
    T run(Rows rows) throws SQLException;
  }

  /**
   * @param disk where the file is
   * @param losses those that somebody has agreed to
   */
  DbSession(Path file, long quotaBytes, long maxPages, DiskSpace disk, AcceptedLosses losses) {
    this.file = file;
    this.losses = losses;
    this.quotaBytes = quotaBytes;
    this.maxPages = maxPages;
    this.disk = disk;
    this.errors = new SqliteErrors(file, disk);
  }

  ChangeLog open(long logBytes) {
    mark = openMark();
    Database opened = reopen();
    try {
      changes = new ChangeLog(revision, opened.meta("compacted"), logBytes);
      return changes;
    } catch (SQLException e) {
      throw errors.definite(e);
    }
  }

  private RevisionMark openMark() {
    Path path = file.resolveSibling("revision.mark");
    try {
      boolean lost = Files.exists(path) && !RevisionMark.isOne(path);
      if (lost) {
        losses.require(MARK_LOSS, notOne(path));
        RevisionMark.create(path);
      }
      RevisionMark opened = RevisionMark.open(path);
      if (lost) {
        losses.happened(MARK_LOSS);
      }
      return opened;
    } catch (IOException e) {
      throw new StoreException.Unusable(path + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String notOne(Path path) {
    return "%s is not a mark of revisions, so nobody knows whether writes that were acknowledged are missing: put back the file that was there"
        .formatted(path);
  }

  private RevisionMark mark() {
    if (mark == null) {
      throw new IllegalStateException("not open");
    }
    return mark;
  }

  private Database reopen() {
    if (closed) {
      throw new StoreException.Unavailable("the store is closed", null);
    }
    try {
      Database opened = Database.open(file, maxPages);
      revision = confirmed(opened);
      database = opened;
      if (changes != null && changes.head() < revision) {
        // A commit whose outcome was in doubt is there: watches read it from the file.
        changes.skipTo(revision);
      }
      return opened;
    } catch (SQLException e) {
      throw errors.definite(e);
    }
  }

  /** The file's revision, once it is clear that nothing acknowledged is missing, or may be. */
  private long confirmed(Database opened) throws SQLException {
    try {
      long found = opened.meta("revision");
      String loss = found < mark().revision() ? "writes-after-" + found : "";
      if (!loss.isEmpty()) {
        losses.require(loss, missing(found, mark().revision()));
        // Above all that was given out and without a past: whoever has seen more, or another
        // revision of the same number, is told to look at everything anew.
        found = mark().revision() + 1;
        opened.setMeta("revision", found);
        opened.setMeta("compacted", found);
      }
      opened.commit();
      mark().reached(found);
      mark().force();
      if (!loss.isEmpty()) {
        losses.happened(loss);
      }
      return found;
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private String missing(long found, long marked) {
    return found == 1
        ? "%s is empty, and %d revisions were acknowledged here: put back the file that was there"
            .formatted(file, marked)
        : "%s ends at revision %d, and %d was acknowledged: the writes of %d revisions are gone (its write-ahead log is damaged, or this is an older copy); put back %s and %s-wal"
            .formatted(file, found, marked, marked - found, file, file.getFileName());
  }

  private Rows rows() {
    Database open = database;
    return new Rows(open == null ? reopen() : open);
  }

  private ChangeLog changes() {
    if (changes == null) {
      throw new IllegalStateException("not open");
    }
    return changes;
  }

  /** Runs something that changes nothing. */
  <T> T read(Work<T> work) {
    try {
      Rows rows = rows();
      T result = work.run(rows);
      rows.db().commit();
      return result;
    } catch (SQLException e) {
      abandon();
      throw errors.definite(e);
    }
  }

  /** Runs something in one transaction; its outcome is unknown only if the COMMIT itself fails. */
  <T> T write(Work<T> work) {
    Rows rows = rows();
    T result;
    try {
      result = work.run(rows);
    } catch (SQLException e) {
      abandon();
      throw errors.definite(e);
    } catch (RuntimeException e) {
      abandon();
      throw e;
    }
    try {
      rows.db().commit();
    } catch (SQLException e) {
      if (errors.isUnknownAfterCommit(e)) {
        drop();
        throw new StoreException.UnknownOutcome(file + ": " + e.getMessage(), e);
      }
      abandon();
      throw errors.definite(e);
    }
    return result;
  }

  /** Ends a transaction that failed; a connection that cannot even do that is not used again. */
  private void abandon() {
    Database open = database;
    try {
      if (open != null) {
        open.rollback();
      }
    } catch (SQLException e) {
      drop();
    }
  }

  /** Lets go of the file; it is opened anew by the next call. */
  private void drop() {
    Database open = database;
    database = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      log.warn("closing {}: {}", file, e.getMessage());
    }
  }

  KvStore.GetResult get(Rows rows, String key) throws SQLException {
    return new KvStore.GetResult(revision, rows.current(key));
  }

  KvStore.RangeResult range(Rows rows, KvStore.RangeRequest request) throws SQLException {
    long at = request.atRevision();
    checkReadable(at);
    boolean now = at == 0 || at == revision;
    String prefix = request.prefix();
    if (request.countOnly()) {
      long total = now ? rows.count(prefix) : rows.countPast(prefix, at);
      return new KvStore.RangeResult(revision, List.of(), false, total);
    }
    List<Entry> entries = now ? rows.range(request) : rows.past(request);
    boolean more = request.limit() > 0 && entries.size() > request.limit();
    if (more) {
      entries = entries.subList(0, request.limit());
    }
    long total = more || !request.startAfter().isEmpty() ? -1 : entries.size();
    return new KvStore.RangeResult(revision, List.copyOf(entries), more, total);
  }

  private void checkReadable(long at) {
    if (at > revision) {
      throw new StoreException.Future(at, revision);
    }
    long compacted = changes().compactRevision();
    if (at != 0 && at < compacted) {
      throw new StoreException.Compacted(compacted);
    }
  }

  KvStore.CommitResult commit(Group group) {
    GroupWriter.Applied applied =
        write(rows -> new GroupWriter(rows, revision + 1, quotaBytes).apply(group));
    if (!applied.changes().isEmpty()) {
      revision++;
      mark().reached(revision);
      changes().append(new ChangeLog.Revision(revision, List.copyOf(applied.changes())));
    }
    return new KvStore.CommitResult(revision, applied.outcomes());
  }

  /** Refuses reads below the revision from now on; false if that is so already. */
  boolean startCompaction(long to) {
    if (to > revision) {
      throw new StoreException.Future(to, revision);
    }
    if (to <= changes().compactRevision()) {
      return false;
    }
    write(rows -> {
      rows.db().setMeta("compacted", to);
      return true;
    });
    changes().compact(to);
    return true;
  }

  KvStore.Size size(Rows rows) throws SQLException {
    Database db = rows.db();
    long inUse = (db.pages() - db.freePages()) * db.pageSize();
    long bytes = db.pages() * db.pageSize() + db.log().bytesBeyond();
    String shortage = disk.shortage();
    if (shortage.isEmpty()) {
      db.log().keepReserve(); // There was no room, and now there is.
    }
    return new KvStore.Size(bytes, inUse, quotaBytes, shortage);
  }

  /** Gives space back, as far as there is any that others may have. */
  boolean shrink() {
    boolean isShort = !disk.shortage().isEmpty();
    return read(rows -> {
      try {
        rows.db().shrink(isShort);
      } catch (SQLException e) {
        if (!errors.isFull(e)) {
          throw e;
        }
        // The log cannot go into the file now. It goes on from where it is.
        log.debug("the log of {} stays as it is: {}", file, e.getMessage());
      }
      return true;
    });
  }

  void close() {
    closed = true;
    if (changes != null) {
      changes.close();
    }
    drop();
    if (mark != null) {
      mark.force();
    }
  }
}
