package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.DiskSpace;
import dev.capstan.kvstore.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Classifies what SQLite reports, in one place. */
record SqliteErrors(Path file, DiskSpace disk) {

  /** A failure after which nothing of the statement or transaction remains. */
  StoreException definite(SQLException e) {
    return switch (code(e)) {
      case SQLITE_FULL -> outOfSpace(e);
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          new StoreException.Corrupt(file + " is damaged: " + e.getMessage(), e);
      case SQLITE_TOOBIG ->
          new StoreException.Invalid("too large for the store: " + e.getMessage(), e);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new StoreException.Unusable(file + " is in use by another process", e);
      case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM ->
          new StoreException.Unusable(file + " cannot be opened: " + e.getMessage(), e);
      case SQLITE_IOERR -> disk.shortage().isEmpty() ? unavailable(e) : outOfSpace(e);
      default -> unavailable(e);
    };
  }

  private StoreException unavailable(SQLException e) {
    return new StoreException.Unavailable(file + ": " + e.getMessage(), e);
  }

  private StoreException outOfSpace(SQLException e) {
    String shortage = disk.shortage();
    return new StoreException.OutOfSpace(
        "no space is left for " + file + (shortage.isEmpty() ? "" : ": " + shortage), e);
  }

  /** Whether it is for want of space alone. */
  boolean isFull(SQLException e) {
    return code(e) == SQLiteErrorCode.SQLITE_FULL;
  }

  /**
   * Whether a failed COMMIT may be found committed after all, for instance when its fsync failed.
   */
  boolean isUnknownAfterCommit(SQLException e) {
    return !isFull(e);
  }

  /** The primary code: the lowest byte of an extended one. */
  private static SQLiteErrorCode code(SQLException e) {
    if (!(e instanceof SQLiteException known)) {
      return SQLiteErrorCode.SQLITE_ERROR;
    }
    return SQLiteErrorCode.getErrorCode(known.getResultCode().code & 0xFF);
  }
}
