package dev.capstan.kvstore.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.AcceptedLosses;
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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that were acknowledged and are not in the file any more are not passed over. */
class LostWritesTest {

  private static final int WRITES = 50;

  /** An empty store is at 1. */
  private static final long LAST = 1 + WRITES;

  @TempDir Path alive;
  @TempDir Path crashed;

  private final Seam seam = Seam.system();

  private static void put(KvStore store, int i) {
    Txn.Op op = new Txn.Op.Put("/" + i, new byte[1000]);
    store.commit(new Group(List.of(new Txn(List.of(), List.of(op)))));
  }

  /** The files of a process that ended in the middle of its work. */
  @BeforeEach
  void crash() throws IOException {
    try (KvStore store = new SqliteKvStore(alive, seam)) {
      for (int i = 0; i < WRITES; i++) {
        put(store, i);
      }
      for (String name : List.of("store.db", "store.db-wal", "revision.mark")) {
        Files.copy(alive.resolve(name), crashed.resolve(name));
      }
    }
  }

  private KvStore open() {
    return new SqliteKvStore(crashed, seam);
  }

  /** In the middle of what is written; behind it are the zeros of the reserve. */
  private void damageLog() throws IOException {
    Path file = crashed.resolve("store.db-wal");
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
      log.write(ByteBuffer.wrap(new byte[100]), end / 2);
    }
  }

  private void accept(String loss) throws IOException {
    Files.writeString(crashed.resolve("accept-loss"), "key-0000aaaa\n" + loss + "\n");
  }

  private StoreException.Unusable refusal() {
    try (KvStore store = open()) {
      throw new AssertionError("opened at revision " + store.get("/0").revision());
    } catch (StoreException.Unusable e) {
      return e;
    }
  }

  @Test
  void aCrashLosesNothing() {
    try (KvStore store = open()) {
      assertThat(store.get("/0").revision()).isEqualTo(LAST);
    }
  }

  @Test
  void aDamagedLogIsNotTakenForAShorterOne() throws IOException {
    damageLog();
    StoreException.Unusable refusal = refusal();
    assertThat(refusal)
        .hasMessageMatching(
            "\\S*/store.db ends at revision \\d+, and %d was acknowledged: the writes of \\d+ revisions are gone .*"
                    .formatted(LAST)
                + " To go on without it: echo writes-after-\\d+ >> \\S*/accept-loss");
    assertThat(refusal()).hasMessage(refusal.getMessage());
  }

  private static String named(StoreException.Unusable refusal) {
    return String.valueOf(refusal.getMessage()).replaceAll(".*(writes-after-\\d+).*", "$1");
  }

  @Test
  void whoGoesOnWithoutThemDoesNotGoBackwards() throws IOException {
    damageLog();
    String loss = named(refusal());
    accept(loss);
    try (KvStore store = open()) {
      long found = Long.parseLong(loss.substring("writes-after-".length()));
      assertThat(store.get("/0").revision()).isEqualTo(LAST + 1);
      assertThat(store.range(new RangeRequest("/", "", 0, 0, false)).entries())
          .hasSize((int) found - 1);
      // Whoever has seen any revision of before looks at everything anew.
      assertThatThrownBy(() -> store.range(new RangeRequest("/", "", 0, LAST, false)))
          .isInstanceOf(StoreException.Compacted.class);
      Recorder heard = new Recorder(seam.clock());
      store.watch("/", LAST, heard);
      assertThat(heard.awaitEnd()).isEqualTo(new KvStore.WatchEnd.Compacted(LAST + 1));
      put(store, 0);
      assertThat(store.get("/0").revision()).isEqualTo(LAST + 2);
    }
    assertThat(Files.readString(crashed.resolve("accept-loss"))).isEqualTo("key-0000aaaa\n");
    open().close();
  }

  @Test
  void anotherLossIsNotAccepted() throws IOException {
    damageLog();
    accept("writes-after-1");
    assertThat(refusal()).hasMessageContaining("ends at revision");
    assertThat(Files.readAllLines(crashed.resolve("accept-loss"))).hasSize(2);
  }

  @Test
  void anOlderCopyOfTheFileIsRefused() throws IOException {
    Files.delete(crashed.resolve("store.db-wal"));
    Files.copy(
        alive.resolve("store.db"),
        crashed.resolve("store.db"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (KvStore store = open()) {
      put(store, WRITES);
      Files.copy(crashed.resolve("revision.mark"), alive.resolve("newer.mark"));
    }
    Files.copy(
        alive.resolve("newer.mark"),
        alive.resolve("revision.mark"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> new SqliteKvStore(alive, seam))
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("the writes of 1 revisions are gone");
  }

  @Test
  void anEmptiedStoreIsNotANewOne() throws IOException {
    Files.delete(crashed.resolve("store.db-wal"));
    Files.write(crashed.resolve("store.db"), new byte[0]);
    assertThat(refusal())
        .hasMessageContaining(
            "store.db is empty, and " + LAST + " revisions were acknowledged here")
        .hasMessageContaining("echo writes-after-1 >> ");
    accept("writes-after-1");
    try (KvStore store = open()) {
      assertThat(store.get("/0").revision()).isEqualTo(LAST + 1);
      assertThat(store.get("/0").entry()).isNull();
    }
  }

  @Test
  void aFolderOfAnOlderVersionHasNoMark() throws IOException {
    Files.delete(crashed.resolve("revision.mark"));
    open().close();
    assertThat(crashed.resolve("revision.mark")).hasSize(4096);
  }

  @Test
  void aMarkThatIsNoneIsSaid() throws IOException {
    Files.write(crashed.resolve("revision.mark"), new byte[4096]);
    assertThat(refusal()).hasMessageContaining("revision.mark is not a mark of revisions");
  }

  @Test
  void aMarkThatIsCutShortIsNotOneAtTheBeginning() throws IOException {
    damageLog();
    Path mark = crashed.resolve("revision.mark");
    Files.write(mark, new byte[0]);
    assertThat(refusal())
        .hasMessageContaining("revision.mark is not a mark of revisions")
        .hasMessageContaining("To go on without it: echo revision-mark >> ");
    assertThat(mark).isEmptyFile();
    accept("revision-mark");
    open().close();
    assertThat(mark).hasSize(4096);
    assertThat(Files.readString(crashed.resolve("accept-loss"))).isEqualTo("key-0000aaaa\n");
  }

  /** The start may still fail. */
  @Test
  void whatWasAcceptedStaysUntilItHasHappened() throws IOException {
    damageLog();
    String loss = named(refusal());
    accept(loss);
    AcceptedLosses losses = new AcceptedLosses(crashed);
    losses.require(loss, "something");
    assertThat(Files.readAllLines(crashed.resolve("accept-loss"))).contains(loss);
    open().close();
    assertThat(Files.readAllLines(crashed.resolve("accept-loss"))).doesNotContain(loss);
  }
}
