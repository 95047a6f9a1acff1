package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.capstan.kvstore.Compactor;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.SpaceGuard;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beyond 80 %: etcd's own alarm, which it keeps until told otherwise. */
class EtcdSpaceIT {

  private static final long QUOTA = 32L << 20;

  @TempDir Path folder;

  private final Seam seam = Seam.system();

  private static Txn put(String key, int bytes) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[bytes])));
  }

  private static Txn delete(String key) {
    return new Txn(List.of(), List.of(new Txn.Op.Delete(key)));
  }

  private long deadline() {
    return seam.clock().deadline(Duration.ofSeconds(60));
  }

  @Test
  void anEtcdThatRaisedItsAlarmTakesDeletesAndIsDisarmed() {
    try (EtcdServer server = EtcdServer.start(folder, QUOTA);
        EtcdKvStore store =
            new EtcdKvStore(
                EtcdOptions.of(List.of(server.endpoint()))
                    .withQuota(QUOTA)
                    .withCallTimeout(Duration.ofSeconds(15)),
                seam)) {
      SpaceGuard space = new SpaceGuard(store, seam.clock());
      try (var commits =
          new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE, space)) {
        int written = fill(commits);
        assertThat(store.get("/0").entry()).isNotNull();
        for (int i = 0; i < written; i++) {
          assertThat(commits.commit(delete("/" + i), deadline()))
              .isInstanceOf(Result.Committed.class);
        }
        new Compactor(store, seam, space).compactTo(store.get("/0").revision());
        assertThat(store.size().bytes()).isLessThan(QUOTA / 2);
        assertThat(commits.commit(put("/again", 10), deadline()))
            .isInstanceOf(Result.Committed.class);
      }
    }
  }

  /** As if its quota were the default: it shows itself that it is less. */
  @Test
  void anAlarmBelowTheQuotaThatWasToldIsSeenAndEndedToo() {
    try (EtcdServer server = EtcdServer.start(folder, QUOTA);
        EtcdKvStore store = new EtcdKvStore(List.of(server.endpoint()), seam)) {
      SpaceGuard space = new SpaceGuard(store, seam.clock());
      try (var commits =
              new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE, space);
          Compactor compactor = new Compactor(store, seam, space)) {
        compactor.start();
        int written = fill(commits);
        assertThat(store.size().shortage()).contains("NOSPACE");
        for (int look = 0; look < 10; look++) {
          space.refresh();
          assertThat(space.isFull()).as("look %d", look).isTrue();
        }
        for (int i = 0; i < written; i++) {
          assertThat(commits.commit(delete("/" + i), deadline()))
              .isInstanceOf(Result.Committed.class);
        }
        await("it takes writes again")
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptions()
            .until(() -> commits.commit(put("/again", 10), deadline()) instanceof Result.Committed);
        assertThat(store.size().shortage()).isEmpty();
        assertThat(store.size().quotaBytes()).isLessThan(2 * QUOTA);
      }
    }
  }

  /** Past the space guard, until etcd itself refuses. */
  private int fill(GroupCommit commits) {
    for (int i = 0; i < 500; i++) {
      try {
        commits.commit(put("/" + i, 512 << 10), deadline(), true);
      } catch (StoreException.OutOfSpace e) {
        assertThat(e).hasMessageContaining("quota");
        assertThatThrownBy(() -> commits.commit(put("/more", 10), deadline(), true))
            .isInstanceOf(StoreException.OutOfSpace.class);
        return i;
      }
    }
    throw new AssertionError("500 times 512 KiB in " + QUOTA + " bytes");
  }
}
