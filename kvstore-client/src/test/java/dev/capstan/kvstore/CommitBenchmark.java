package dev.capstan.kvstore;

import dev.capstan.kvstore.etcd.EtcdKvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.kvstore.sqlite.SqliteKvStore;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Creates of 1 KiB per second, each alone and in groups, from one writer and from many. Arguments:
 * {@code memory}, {@code sqlite FOLDER} or {@code etcd HOST:PORT}, then the seconds a measurement
 * takes.
 */
final class CommitBenchmark {

  private static final byte[] VALUE = new byte[1024];

  private final Seam seam = Seam.system();
  private final KvStore store;
  private final Duration length;
  private final AtomicLong names = new AtomicLong();

  private CommitBenchmark(KvStore store, Duration length) {
    this.store = store;
    this.length = length;
  }

  public static void main(String[] arguments) throws InterruptedException {
    Seam seam = Seam.system();
    KvStore store =
        switch (arguments[0]) {
          case "memory" -> new MemoryKvStore(seam);
          case "sqlite" -> new SqliteKvStore(Path.of(arguments[1]), seam);
          case "etcd" -> new EtcdKvStore(List.of(arguments[1]), seam);
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[arguments.length - 1]));
    try (store) {
      new CommitBenchmark(store, length).run();
    }
  }

  private void run() throws InterruptedException {
    System.out.println(store.describe());
    measure("warm-up", 64, this::alone);
    measure("one by one", 1, this::alone);
    measure("one by one", 256, this::alone);
    AtomicLong groups = new AtomicLong();
    try (var commits =
        new GroupCommit(
            store,
            ValueCodec.plain(),
            seam,
            (members, bytes, nanos, attempts) -> groups.incrementAndGet())) {
      for (int writers : new int[] {1, 16, 256, 1000}) {
        groups.set(0);
        long done = measure("in groups", writers, txn -> commits.commit(txn, deadline()));
        System.out.printf("%30s %.1f a group%n", "", (double) done / groups.get());
      }
    }
  }

  private void alone(Txn txn) {
    store.commit(new Group(List.of(txn)));
  }

  private long deadline() {
    return seam.clock().deadline(Duration.ofMinutes(1));
  }

  private interface Committing {
    void commit(Txn txn);
  }

  private long measure(String what, int writers, Committing how) throws InterruptedException {
    long end = seam.clock().deadline(length);
    AtomicLong done = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      threads.add(
          seam.threads()
              .start(
                  "writer",
                  () -> {
                    while (seam.clock().nanoTime() - end < 0) {
                      String key = "/bench/" + names.incrementAndGet();
                      how.commit(
                          new Txn(
                              List.of(new Txn.Compare.Absent(key)),
                              List.of(new Txn.Op.Put(key, VALUE))));
                      done.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.printf(
        "%-12s %5d writers %8d creates/s%n", what, writers, done.get() / length.toSeconds());
    return done.get();
  }
}
