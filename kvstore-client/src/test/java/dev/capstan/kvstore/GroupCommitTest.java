package dev.capstan.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private final Seam seam = Seam.system();
  private final KvStore store = new MemoryKvStore(seam);

  private long deadline() {
    return seam.clock().deadline(Duration.ofSeconds(10));
  }

  @Test
  void concurrentWritesGetDistinctRevisionAndSlot() throws InterruptedException {
    var results = new ConcurrentLinkedQueue<Result>();
    try (var commits = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Txn create =
            new Txn(
                List.of(new Txn.Compare.Absent("/a/" + i)),
                List.of(new Txn.Op.Put("/a/" + i, "x".getBytes(UTF_8))));
        threads.add(
            seam.threads().start("w", () -> results.add(commits.commit(create, deadline()))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(results).hasSize(500).doesNotHaveDuplicates();
    assertThat(results).allMatch(r -> r instanceof Result.Committed);
    var all = store.range(new KvStore.RangeRequest("/a/", "", 0, 0, false));
    assertThat(all.entries()).hasSize(500);
    for (KvStore.Entry entry : all.entries()) {
      var value = ValueCodec.plain().decode(entry);
      assertThat(results).contains(new Result.Committed(entry.modRevision(), value.slot()));
    }
  }
}
