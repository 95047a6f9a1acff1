package dev.capstan.kvstore.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that has grown beyond its reserve. */
class LogFileTest {

  private static final int MEBIBYTES = 20;

  @TempDir Path folder;

  private Database database;

  @BeforeEach
  void grow() throws SQLException {
    database = Database.open(folder.resolve("store.db"), 0);
    for (int i = 0; i < MEBIBYTES; i++) {
      put(i, 1 << 20);
    }
    database.commit();
    assertThat(length()).isGreaterThan(LogFile.RESERVE_BYTES);
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void put(int id, int bytes) throws SQLException {
    String row = "INSERT INTO row VALUES (?, ?, ?, 1, 1)";
    assertThat(database.update(row, id, "/" + id, new byte[bytes])).isEqualTo(1);
  }

  private long length() {
    return folder.resolve("store.db-wal").toFile().length();
  }

  @Test
  void isCutAtOnceWhereThereIsRoom() throws SQLException {
    database.shrink(false);
    assertThat(length()).isEqualTo(LogFile.RESERVE_BYTES);
  }

  @Test
  void isNeverShorterThanItsReserveWhereThereIsNone() throws SQLException {
    database.shrink(true);
    assertThat(length()).isGreaterThan(LogFile.RESERVE_BYTES);
    put(MEBIBYTES, 1);
    database.commit();
    assertThat(length()).isEqualTo(LogFile.RESERVE_BYTES);
  }
}
