package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.local.ChangeLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements over the tables of a {@link Database}. A deletion is a row of version 0. */
record Rows(Database db) {

  /** A commit has at most 120 members of 3 operations and a guard. */
  private static final int ID_BITS = 10;

  /** More than a commit has rows, so that a batch of the log holds at least one whole revision. */
  private static final int LOG_BATCH = 1024;

  /** How many rows a step of a compaction looks at. */
  private static final int COMPACT_BATCH = 2000;

  static long firstId(long revision) {
    return revision << ID_BITS;
  }

  private static long revisionOf(long id) {
    return id >> ID_BITS;
  }

  /** The least text above all that begins with the prefix. */
  private static String end(String prefix) {
    // UTF-8 never has this byte's neighbour; SQLite compares bytes.
    return prefix + Character.toString(Character.MAX_CODE_POINT);
  }

  @Nullable Entry current(String key) throws SQLException {
    String sql =
        """
        SELECT r.id, r.key, r.value, r.create_revision, r.version
        FROM live l JOIN row r ON r.id = l.id WHERE l.key = ?
        """;
    try (ResultSet row = db.statement(sql, key).executeQuery()) {
      return row.next() ? entry(row) : null;
    }
  }

  /** What a new version of an entry takes over from the one before. */
  private record Past(long created, long version) {}

  private @Nullable Past past(String key) throws SQLException {
    String sql =
        "SELECT r.create_revision, r.version FROM live l JOIN row r ON r.id = l.id WHERE l.key = ?";
    try (ResultSet row = db.statement(sql, key).executeQuery()) {
      return row.next() ? new Past(row.getLong(1), row.getLong(2)) : null;
    }
  }

  private static Entry entry(ResultSet row) throws SQLException {
    long id = row.getLong(1);
    byte[] value = row.getBytes(3);
    return new Entry(
        row.getString(2),
        value == null ? new byte[0] : value,
        row.getLong(4),
        revisionOf(id),
        row.getLong(5));
  }

  /** Entries now, in order; one more than the limit if there are more. */
  List<Entry> range(RangeRequest request) throws SQLException {
    String sql =
        """
        SELECT r.id, r.key, r.value, r.create_revision, r.version
        FROM live l JOIN row r ON r.id = l.id
        WHERE l.key >= ? AND l.key < ? AND l.key > ? ORDER BY l.key LIMIT ?
        """;
    String prefix = request.prefix();
    return entries(sql, prefix, end(prefix), request.startAfter(), limit(request));
  }

  /** Entries as they were at a revision; one more than the limit if there are more. */
  List<Entry> past(RangeRequest request) throws SQLException {
    // Of the columns beside max() SQLite promises those of the row that has the maximum.
    String sql =
        """
        SELECT max(id), key, value, create_revision, version FROM row
        WHERE key >= ? AND key < ? AND key > ? AND id < ?
        GROUP BY key HAVING version > 0 ORDER BY key LIMIT ?
        """;
    String prefix = request.prefix();
    long before = firstId(request.atRevision() + 1);
    return entries(sql, prefix, end(prefix), request.startAfter(), before, limit(request));
  }

  private List<Entry> entries(String sql, Object... parameters) throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (ResultSet rows = db.statement(sql, parameters).executeQuery()) {
      while (rows.next()) {
        entries.add(entry(rows));
      }
    }
    return entries;
  }

  private static long limit(RangeRequest request) {
    return request.limit() == 0 ? Long.MAX_VALUE : request.limit() + 1L;
  }

  long count(String prefix) throws SQLException {
    String sql = "SELECT count(*) FROM live WHERE key >= ? AND key < ?";
    return db.number(sql, prefix, end(prefix));
  }

  long countPast(String prefix, long revision) throws SQLException {
    String sql =
        """
        SELECT count(*) FROM (
          SELECT max(id), version FROM row WHERE key >= ? AND key < ? AND id < ?
          GROUP BY key HAVING version > 0)
        """;
    return db.number(sql, prefix, end(prefix), firstId(revision + 1));
  }

  /** Adds a row; null if there was nothing to delete. */
  @Nullable Change apply(Txn.Op op, long revision, int place) throws SQLException {
    Past past = past(op.key());
    long id = firstId(revision) + place;
    return switch (op) {
      case Txn.Op.Put(String key, byte[] value) -> put(key, value, past, revision, id);
      case Txn.Op.Delete(String key) -> past == null ? null : delete(key, id);
    };
  }

  private Change put(String key, byte[] value, @Nullable Past past, long revision, long id)
      throws SQLException {
    long created = past == null ? revision : past.created();
    long version = past == null ? 1 : past.version() + 1;
    insert(id, key, value, created, version);
    db.update(
        "INSERT INTO live VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET id = excluded.id", key, id);
    return new Change.Put(new Entry(key, value, created, revision, version));
  }

  private Change delete(String key, long id) throws SQLException {
    insert(id, key, null, 0, 0);
    db.update("DELETE FROM live WHERE key = ?", key);
    return new Change.Delete(key);
  }

  private void insert(long id, String key, byte @Nullable [] value, long created, long version)
      throws SQLException {
    // By name: older databases have one more column, which nobody reads.
    String sql = "INSERT INTO row(id, key, value, create_revision, version) VALUES (?, ?, ?, ?, ?)";
    var statement = db.statement(sql);
    statement.setLong(1, id);
    statement.setString(2, key);
    statement.setBytes(3, value);
    statement.setLong(4, created);
    statement.setLong(5, version);
    statement.executeUpdate();
  }

  /** Whole revisions after one, in order, as many as are read at once. */
  List<ChangeLog.Revision> log(long after, long upTo) throws SQLException {
    String sql =
        """
        SELECT id, key, value, create_revision, version FROM row
        WHERE id >= ? AND id < ? ORDER BY id LIMIT ?
        """;
    LogReader reader = new LogReader();
    int count = 0;
    try (ResultSet rows =
        db.statement(sql, firstId(after + 1), firstId(upTo + 1), LOG_BATCH).executeQuery()) {
      while (rows.next()) {
        count++;
        reader.add(revisionOf(rows.getLong(1)), change(rows));
      }
    }
    return reader.whole(count == LOG_BATCH);
  }

  private static Change change(ResultSet row) throws SQLException {
    Entry entry = entry(row);
    return entry.version() > 0 ? new Change.Put(entry) : new Change.Delete(entry.key());
  }

  /**
   * Removes what cannot be seen at {@code revision} or later, among some rows after {@code after}:
   * first what was superseded, and a deletion's own row later than what it deleted, as ids grow.
   *
   * @return the last id looked at; 0 at the end
   */
  long compactStep(long after, long revision) throws SQLException {
    long before = firstId(revision + 1);
    long last =
        db.number(
            "SELECT max(id) FROM (SELECT id FROM row WHERE id > ? AND id < ? ORDER BY id LIMIT ?)",
            after,
            before,
            COMPACT_BATCH);
    if (last > 0) {
      db.update(
          """
          DELETE FROM row WHERE id > ? AND id <= ? AND (version = 0 OR EXISTS (
            SELECT 1 FROM row n WHERE n.key = row.key AND n.id > row.id AND n.id < ?))
          """,
          after,
          last,
          before);
    }
    return last;
  }
}
