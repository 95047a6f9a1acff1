package dev.capstan.kvstore.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.contract.Recorder;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a store in a file promises. */
class SqliteFileTest {

  @TempDir Path folder;

  private final Seam seam = Seam.system();

  private KvStore open() {
    return new SqliteKvStore(folder, seam);
  }

  private static long put(KvStore store, String key, int bytes) {
    return commit(store, new Txn.Op.Put(key, new byte[bytes]));
  }

  private static long commit(KvStore store, Txn.Op op) {
    return store.commit(new Group(List.of(new Txn(List.of(), List.of(op))))).revision();
  }

  @Test
  void everythingIsThereAfterReopening() {
    long first;
    long last;
    try (KvStore store = open()) {
      first = put(store, "/a", 1);
      put(store, "/a", 2);
      store.compact(first);
      last = put(store, "/b", 3);
    }
    try (KvStore store = open()) {
      assertThat(store.get("/a").revision()).isEqualTo(last);
      assertThat(store.range(new RangeRequest("/", "", 0, 0, false)).entries()).hasSize(2);
      assertThatThrownBy(() -> store.range(new RangeRequest("/", "", 0, first - 1, false)))
          .isInstanceOf(StoreException.Compacted.class);
      Recorder heard = new Recorder(seam.clock());
      store.watch("/", first, heard);
      assertThat(heard.awaitRevision(last)).hasSize(2);
      assertThat(put(store, "/c", 1)).isEqualTo(last + 1);
    }
  }

  /** Else a watch that resumes would take new changes for old ones. */
  @Test
  void aRevisionIsNotGivenOutTwiceThoughItWasCompactedAwayBeforeReopening() {
    long gone;
    try (KvStore store = open()) {
      put(store, "/a", 1);
      gone = commit(store, new Txn.Op.Delete("/a"));
      store.compact(gone);
    }
    try (KvStore store = open()) {
      assertThat(put(store, "/a", 1)).isEqualTo(gone + 1);
    }
  }

  @Test
  void aSecondOneIsKeptOutAndToldByWhom() {
    try (KvStore store = open()) {
      put(store, "/a", 1);
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreException.Unusable.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    open().close();
  }

  /** Format 1: its rows have a column more. */
  @Test
  void aFileOfTheFormatBeforeIsTakenOverAndNoLongerForOlderVersions() throws SQLException {
    try (KvStore store = open()) {
      put(store, "/a", 1);
    }
    query("ALTER TABLE row ADD COLUMN previous INTEGER");
    query("UPDATE meta SET number = 1 WHERE name = 'format'");
    try (KvStore store = open()) {
      assertThat(store.get("/a").entry()).isNotNull();
      put(store, "/b", 2);
      long last = commit(store, new Txn.Op.Delete("/a"));
      Recorder heard = new Recorder(seam.clock());
      store.watch("/", last - 2, heard);
      assertThat(heard.awaitRevision(last)).hasSize(2);
    }
    assertThat(query("SELECT number FROM meta WHERE name = 'format'")).isEqualTo(2);
    query("UPDATE meta SET number = 3 WHERE name = 'format'");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("has format 3, this version reads 1 to 2");
  }

  /** The first number of the answer, 0 if there is none. */
  private long query(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return 0;
      }
      try (var rows = statement.getResultSet()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  @Test
  void theFileIsItsOwnersAlone() throws IOException {
    try (KvStore store = open()) {
      put(store, "/a", 1);
      for (String name : List.of("store.db", "store.db-wal")) {
        assertThat(
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aDamagedFileIsNotOpened() throws IOException {
    try (KvStore store = open()) {
      for (int i = 0; i < 100; i++) {
        put(store, "/" + i, 1000);
      }
    }
    Path file = folder.resolve("store.db");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 4096; at < channel.size(); at += 8192) {
        channel.write(ByteBuffer.wrap(new byte[2000]), at);
      }
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aFileOfSomethingElseIsNotOpened() throws IOException {
    Files.writeString(folder.resolve("store.db"), "this is not a database".repeat(100));
    assertThatThrownBy(this::open).isInstanceOf(StoreException.Corrupt.class);
  }

  /** SQLite answers at a limit of pages as it does when the disk is full. */
  @Test
  void aFullDiskIsSaidToBeAndHarmsNothing() {
    try (KvStore store = new SqliteKvStore(folder, seam, 0, 200)) {
      long written = 0;
      StoreException.OutOfSpace full = null;
      for (int i = 0; i < 1000 && full == null; i++) {
        try {
          written = put(store, "/" + i, 10_000);
        } catch (StoreException.OutOfSpace e) {
          full = e;
        }
      }
      assertThat(full).hasMessageContaining("no space is left").hasMessageContaining("store.db");
      assertThat(store.get("/0").revision()).isEqualTo(written);
      assertThat(store.get("/0").entry()).isNotNull();
      assertThat(commit(store, new Txn.Op.Delete("/0"))).isEqualTo(written + 1);
    }
    try (KvStore store = open()) {
      assertThat(store.get("/0").entry()).isNull();
      put(store, "/again", 10_000);
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    KvStore store = open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreException.Unavailable.class);
    assertThatThrownBy(() -> put(store, "/a", 1)).isInstanceOf(StoreException.Unavailable.class);
  }

  @Test
  void compactionWithManyRowsLeavesWhatIsVisible() {
    try (KvStore store = open()) {
      long middle = 0;
      for (int round = 0; round < 40; round++) {
        java.util.ArrayList<Txn> members = new java.util.ArrayList<>();
        for (int i = 0; i < 110; i++) {
          members.add(new Txn(List.of(), List.of(new Txn.Op.Put("/" + i, new byte[round + 1]))));
        }
        long revision = store.commit(new Group(members)).revision();
        middle = round == 20 ? revision : middle;
      }
      store.compact(middle);
      var then = store.range(new RangeRequest("/", "", 0, middle, false)).entries();
      assertThat(then).hasSize(110).allMatch(e -> e.value().length == 21);
      var now = store.range(new RangeRequest("/", "", 0, 0, false)).entries();
      assertThat(now).hasSize(110).allMatch(e -> e.value().length == 40 && e.version() == 40);
    }
  }
}
