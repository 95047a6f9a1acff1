package dev.capstan.kvstore.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.Compactor;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.SmallDisk;
import dev.capstan.kvstore.SpaceGuard;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk beside the store has filled it, to the last byte. Needs root. */
class SqliteFullDiskTest {

  private static final int OBJECTS = 400;

  @TempDir Path folder;

  private final Seam seam = Seam.system();

  private long deadline() {
    return seam.clock().deadline(Duration.ofSeconds(60));
  }

  private static Txn put(String key, int bytes) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[bytes])));
  }

  private static Txn delete(String key) {
    return new Txn(List.of(), List.of(new Txn.Op.Delete(key)));
  }

  private static long count(KvStore store) {
    return store.range(new RangeRequest("/a/", "", 0, 0, true)).total();
  }

  /** An API server's part that writes. */
  private final class Server implements AutoCloseable {
    final KvStore store;
    final SpaceGuard space;
    final GroupCommit commits;
    final Compactor compactor;

    Server(Path folder) {
      this.store = new SqliteKvStore(folder, seam);
      this.space = new SpaceGuard(store, seam.clock());
      this.commits = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE, space);
      this.compactor = new Compactor(store, seam, space);
      space.refresh();
    }

    void commits(Txn txn, boolean freesSpace) {
      assertThat(commits.commit(txn, deadline(), freesSpace)).isInstanceOf(Result.Committed.class);
    }

    void create() {
      for (int i = 0; i < OBJECTS; i++) {
        commits(put("/a/" + i, 5000), false);
      }
    }

    void refusesCreates(Path disk) {
      assertThatThrownBy(() -> commits.commit(put("/more", 10), deadline()))
          .isInstanceOf(StoreException.OutOfSpace.class)
          .hasMessageContaining("the file system " + disk)
          .hasMessageContaining("delete something");
    }

    @Override
    public void close() {
      commits.close();
      store.close();
    }
  }

  @Test
  void takesDeletesAndRenewalsUntilThereIsRoomAgain() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 64);
        Server server = new Server(disk.folder())) {
      server.create();
      disk.fill();
      server.space.refresh();
      server.refusesCreates(disk.folder());
      for (int i = 0; i < OBJECTS; i++) {
        server.commits(delete("/a/" + i), false);
        server.commits(put("/lease", 200), true);
        if (i % 50 == 49) {
          server.compactor.compactTo(server.store.get("/none").revision());
          disk.fill(); // Whatever was given back is somebody else's.
        }
      }
      assertThat(count(server.store)).isZero();
      server.refusesCreates(disk.folder());
      disk.makeRoom();
      server.space.refresh();
      server.create();
      assertThat(count(server.store)).isEqualTo(OBJECTS);
    }
  }

  @Test
  void aKilledServerReadsAndDeletesThereAgain() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 64)) {
      try (Server server = new Server(folder.resolve("elsewhere"))) {
        server.create();
        copy(folder.resolve("elsewhere"), disk.folder());
      }
      disk.fill();
      try (Server server = new Server(disk.folder())) {
        assertThat(count(server.store)).isEqualTo(OBJECTS);
        assertThat(server.store.get("/a/0").entry()).isNotNull();
        server.refusesCreates(disk.folder());
        for (int i = 0; i < OBJECTS; i++) {
          server.commits(delete("/a/" + i), false);
        }
      }
    }
  }

  /** As the files are when a process is killed. */
  private static void copy(Path from, Path to) throws IOException {
    for (String file : List.of("store.db", "store.db-wal", "store.lock", "revision.mark")) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
  }

  @Test
  void aStoppedServerReadsThereAgain() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 64)) {
      try (Server server = new Server(disk.folder())) {
        server.create();
      }
      disk.fill();
      try (Server server = new Server(disk.folder())) {
        assertThat(count(server.store)).isEqualTo(OBJECTS);
        server.refusesCreates(disk.folder());
        disk.makeRoom();
        server.space.refresh();
        server.commits(delete("/a/0"), false);
      }
    }
  }
}
