package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A process that writes for ever and prints each key once its commit was acknowledged, to be
 * killed.
 */
final class AcknowledgingWriter {

  private AcknowledgingWriter() {}

  public static void main(String[] arguments) throws InterruptedException {
    Seam seam = Seam.system();
    KvStore store = new SqliteKvStore(Path.of(arguments[0]), seam);
    GroupCommit commits = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE);
    Thread last = Thread.currentThread();
    for (int w = 0; w < 16; w++) {
      String prefix = "/" + arguments[1] + "/" + w + "/";
      last = seam.threads().start("writer", () -> write(seam, commits, prefix));
    }
    last.join();
  }

  private static void write(Seam seam, GroupCommit commits, String prefix) {
    for (int i = 0; ; i++) {
      String key = prefix + i;
      Txn create =
          new Txn(
              List.of(new Txn.Compare.Absent(key)), List.of(new Txn.Op.Put(key, new byte[500])));
      Result result = commits.commit(create, seam.clock().deadline(Duration.ofMinutes(1)));
      if (result instanceof Result.Committed(long revision, int slot)) {
        System.out.println(key + " " + revision + " ok");
      }
    }
  }
}
