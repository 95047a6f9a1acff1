package dev.capstan.kvstore.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers over a connection that loses replies and delivers requests late: every answer is the
 * truth.
 */
class EtcdUnknownOutcomeIT {

  private static final int WRITERS = 4;
  private static final int WRITES = 60;

  @TempDir Path folder;

  private final Seam seam = Seam.system();
  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void everyWriteIsAppliedOnceAndKnownToBe() throws InterruptedException {
    try (EtcdServer server = EtcdServer.start(folder, 2L << 30);
        EtcdKvStore direct = new EtcdKvStore(List.of(server.endpoint()), seam);
        LossyProxy proxy = new LossyProxy(server.port(), 9, seam);
        EtcdKvStore store =
            new EtcdKvStore(
                EtcdOptions.of(List.of(proxy.endpoint())).withCallTimeout(Duration.ofSeconds(2)),
                seam)) {
      GroupListener count =
          (members, bytes, nanos, submissions) -> attempts.addAndGet(submissions - 1);
      try (var commits = new GroupCommit(store, ValueCodec.plain(), seam, count)) {
        List<Thread> writers = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int w = 0; w < WRITERS; w++) {
          String key = "/counter/" + w;
          writers.add(
              seam.threads()
                  .start(
                      "writer",
                      () -> {
                        if (countUp(commits, key)) {
                          done.incrementAndGet();
                        }
                      }));
        }
        for (Thread writer : writers) {
          writer.join();
        }
        assertThat(done).hasValue(WRITERS);
      }
      for (int w = 0; w < WRITERS; w++) {
        assertThat(direct.get("/counter/" + w).entry())
            .as("each write once")
            .extracting(Entry::version)
            .isEqualTo((long) WRITES);
      }
      assertThat(attempts).as("outcomes were in doubt").hasPositiveValue();
    }
  }

  /** Each write names the version the one before was answered with: a wrong answer is a refusal. */
  private boolean countUp(GroupCommit commits, String key) {
    Txn.Compare before = new Txn.Compare.Absent(key);
    for (int i = 0; i < WRITES; i++) {
      Txn txn = new Txn(List.of(before), List.of(new Txn.Op.Put(key, ("" + i).getBytes(UTF_8))));
      Result result = commits.commit(txn, seam.clock().deadline(Duration.ofSeconds(60)));
      if (!(result instanceof Result.Committed(long revision, int slot))) {
        return false;
      }
      before = new Txn.Compare.ModRevision(key, revision);
    }
    return true;
  }
}
