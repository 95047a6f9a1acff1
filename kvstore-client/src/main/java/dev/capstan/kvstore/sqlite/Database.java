package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * An open database file with its prepared statements.
 *
 * <p>Rows are only ever added, until a compaction removes what is no longer visible. A row's id is
 * made of its commit's revision and its place in the commit; the revision itself is counted in a
 * row of its own, since the newest rowid may be compacted away and would then be given out again.
 */
final class Database {

  /**
   * The layout of the tables below. Format 1 had one more column, which nobody reads here, but
   * older versions do: what is written here is not for them any more.
   */
  private static final long FORMAT = 2;

  private static final long OLDEST_FORMAT = 1;

  private static final String[] SCHEMA = {
    "CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE row(
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      value BLOB,
      create_revision INTEGER NOT NULL,
      version INTEGER NOT NULL)
    """,
    "CREATE UNIQUE INDEX row_by_key ON row(key, id)",
    "CREATE TABLE live(key TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('format', " + FORMAT + "), ('revision', 1), ('compacted', 0)",
  };

  private final Path file;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final LogFile log;

  private Database(Path file, Connection connection) {
    this.file = file;
    this.log = new LogFile(file);
    this.connection = connection;
  }

  /** Opens the file, making it if it is missing; checks that it is whole. */
  static Database open(Path file, long maxPages) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    Database database = new Database(file, connection);
    try {
      database.prepareConnection(maxPages);
      database.check();
      database.log.keepReserve();
      return database;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void prepareConnection(long maxPages) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Before anything touches the file: then no shared memory is made for it, for which a full
      // disk has no room.
      statement.execute("PRAGMA locking_mode=EXCLUSIVE");
      // Before the first table, or it has no effect but to write something.
      if (file.toFile().length() == 0) {
        statement.execute("PRAGMA auto_vacuum=INCREMENTAL");
      }
      statement.execute("PRAGMA journal_mode=WAL");
      // An acknowledged commit survives a power cut.
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("PRAGMA journal_size_limit=" + LogFile.RESERVE_BYTES);
      statement.execute("PRAGMA cache_size=-" + (32 << 10));
      if (maxPages > 0) {
        statement.execute("PRAGMA max_page_count=" + maxPages);
      }
    }
    ownerOnly();
    connection.setAutoCommit(false);
  }

  /** Secrets are encrypted in it, the rest is nobody else's business either. */
  private void ownerOnly() {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new StoreException.Unusable("cannot protect " + file, e);
    }
  }

  private void check() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
        if (!answer.next() || !answer.getString(1).equals("ok")) {
          throw new StoreException.Corrupt(file + " is damaged: " + answer.getString(1), null);
        }
      }
      if (!hasTables(statement)) {
        for (String sql : SCHEMA) {
          statement.execute(sql);
        }
      }
    }
    connection.commit();
    long format = meta("format");
    if (format < OLDEST_FORMAT || format > FORMAT) {
      throw new StoreException.Unusable(
          "%s has format %d, this version reads %d to %d"
              .formatted(file, format, OLDEST_FORMAT, FORMAT),
          null);
    }
    if (format != FORMAT) { // On a full disk too it is opened for reads.
      update("UPDATE meta SET number = ? WHERE name = 'format'", FORMAT);
    }
    connection.commit();
  }

  private static boolean hasTables(Statement statement) throws SQLException {
    try (ResultSet tables =
        statement.executeQuery("SELECT count(*) FROM sqlite_master WHERE name = 'meta'")) {
      return tables.next() && tables.getLong(1) > 0;
    }
  }

  /** A prepared statement with its parameters bound; the same one again for the same text. */
  PreparedStatement statement(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  long number(String sql, Object... parameters) throws SQLException {
    try (ResultSet rows = statement(sql, parameters).executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Runs a statement that answers nothing; returns the rows changed. */
  int update(String sql, Object... parameters) throws SQLException {
    return statement(sql, parameters).executeUpdate();
  }

  long meta(String name) throws SQLException {
    return number("SELECT number FROM meta WHERE name = ?", name);
  }

  void setMeta(String name, long number) throws SQLException {
    update("UPDATE meta SET number = ? WHERE name = ?", number, name);
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  long pageSize() throws SQLException {
    return number("PRAGMA page_size");
  }

  long pages() throws SQLException {
    return number("PRAGMA page_count");
  }

  /** The file's write-ahead log. */
  LogFile log() {
    return log;
  }

  long freePages() throws SQLException {
    return number("PRAGMA freelist_count");
  }

  /**
   * Gives free pages back and brings what is in the write-ahead log into the file.
   *
   * @param keepFree keep the free pages, where others would take the space; only the file, with
   *     what is in the log, becomes no longer than it is
   */
  void shrink(boolean keepFree) throws SQLException {
    long tooMany = pages() - Math.max(1, file.toFile().length() / pageSize());
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      if (!keepFree) {
        // As an update: a query would be stepped once and free one page.
        statement.executeUpdate("PRAGMA incremental_vacuum");
      } else if (tooMany > 0) {
        statement.executeUpdate("PRAGMA incremental_vacuum(" + tooMany + ")");
      }
      // Where others would take the space, the log is never shorter than the reserve: SQLite cuts
      // it to that (journal_size_limit) when it begins it anew.
      boolean cut = !keepFree && log.isLong();
      statement.execute("PRAGMA wal_checkpoint(" + (cut ? "TRUNCATE" : "RESTART") + ")");
    } finally {
      connection.setAutoCommit(false);
    }
    log.keepReserve();
  }

  void close() throws SQLException {
    connection.close();
  }
}
