package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.SmallDisk;
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

/** Somebody else fills the disk under an etcd, which would end if it were filled wholly. */
class EtcdFullDiskIT {

  private static final long QUOTA = 64L << 20;

  @TempDir Path folder;

  private final Seam seam = Seam.system();

  private long deadline() {
    return seam.clock().deadline(Duration.ofSeconds(30));
  }

  private Result put(GroupCommit commits, String key) {
    return commits.commit(
        new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[100]))), deadline());
  }

  @Test
  void deletesPassBeforeTheDiskIsFull() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 640);
        EtcdServer server = EtcdServer.start(disk.folder(), QUOTA);
        EtcdKvStore store =
            new EtcdKvStore(
                EtcdOptions.of(List.of(server.endpoint())).withQuota(QUOTA).withDisk(disk.folder()),
                seam)) {
      SpaceGuard space = new SpaceGuard(store, seam.clock());
      try (var commits =
          new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE, space)) {
        space.refresh();
        assertThat(put(commits, "/a")).isInstanceOf(Result.Committed.class);

        disk.fill(128L << 20);
        space.refresh();
        assertThatThrownBy(() -> put(commits, "/b"))
            .isInstanceOf(StoreException.OutOfSpace.class)
            .hasMessageContainingAll("the file system", "is full", "of 640 MiB left");
        assertThat(store.get("/a").entry()).isNotNull();
        Txn delete = new Txn(List.of(), List.of(new Txn.Op.Delete("/a")));
        assertThat(commits.commit(delete, deadline())).isInstanceOf(Result.Committed.class);

        disk.makeRoom();
        space.refresh();
        assertThat(put(commits, "/b")).isInstanceOf(Result.Committed.class);
      }
    }
  }
}
