package dev.capstan.e2e.bench;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.etcd.EtcdKvStore;
import dev.capstan.kvstore.sqlite.SqliteKvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Creates of 1 KiB in the store itself: one by one, and in groups as the API server makes them. */
final class StoreWrites implements Benchmark {

  private static final byte[] VALUE = new byte[1024];
  private static final List<Integer> WRITERS = List.of(1, 16, 64, 256);

  @Override
  public String name() {
    return "f";
  }

  @Override
  public String title() {
    return "store: group commit against one by one, at 1, 16, 64 and 256 writers";
  }

  /** Opens a store anew on the same data. */
  private interface Opening {
    KvStore open();
  }

  /** Commits one transaction durably, or throws. */
  private interface Committing {
    void commit(Txn txn);
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition("a write", "compare-and-create of 1 KiB, acknowledged when it is on disk");
    Cluster cluster = run.cluster().empty();
    floor(run, cluster.folder());
    if (run.settings().store() == Settings.Store.etcd) {
      cluster.startStore();
      List<String> endpoints = List.of(cluster.etcdEndpoint());
      new Trial(run, "etcd", () -> new EtcdKvStore(endpoints, run.seam()), cluster).measure();
      cluster.close();
    }
    Path folder = cluster.folder().resolve("embedded");
    new Trial(run, "embedded", () -> new SqliteKvStore(folder, run.seam()), cluster).measure();
  }

  private static void floor(Run run, Path folder) throws IOException {
    double[] seconds = FsyncFloor.measure(folder, run.scaled(100, 2000), run.seam().clock());
    run.report(Figure.of("fsync floor", "append of 2 KiB and fdatasync, p50", "ms"))
        .add(Stats.percentile(seconds, 0.5) * 1000);
    run.report(Figure.of("fsync floor", "append of 2 KiB and fdatasync, p99", "ms"))
        .add(Stats.percentile(seconds, 0.99) * 1000);
    run.report(Figure.of("fsync floor", "appends a second, one after the other", "/s"))
        .add(1 / Stats.percentile(seconds, 0.5));
  }

  /** One store. */
  private static final class Trial {
    private final Run run;
    private final String label;
    private final Opening opening;
    private final Cluster cluster;
    private final AtomicLong names = new AtomicLong();
    private final AtomicLong groups = new AtomicLong();
    private long acknowledged;

    Trial(Run run, String label, Opening opening, Cluster cluster) {
      this.run = run;
      this.label = label;
      this.opening = opening;
      this.cluster = cluster;
    }

    void measure() throws InterruptedException {
      KvStore store = opening.open();
      run.condition(label, store.describe());
      GroupListener counting = (members, bytes, nanos, attempts) -> groups.incrementAndGet();
      try (store;
          GroupCommit commits = new GroupCommit(store, ValueCodec.plain(), run.seam(), counting)) {
        Committing grouped = txn -> commits.commit(txn, deadline());
        Committing alone = txn -> store.commit(new Group(List.of(txn)));
        writing(64, alone);
        writing(64, grouped);
        for (int writers : run.smoke() ? List.of(1, 64) : WRITERS) {
          report(writers, alone, "one by one");
          report(writers, grouped, "in groups");
        }
        check(store, "every acknowledged write is there");
      }
      try (KvStore again = opening.open()) {
        check(again, "every acknowledged write is there after the store was opened anew");
      }
    }

    private long deadline() {
      return run.seam().clock().deadline(Duration.ofMinutes(1));
    }

    private void report(int writers, Committing how, String what) throws InterruptedException {
      String measure = String.format("%4d writers, %s", writers, what);
      Figure rate = run.report(Figure.of(label, measure, "/s"));
      Figure p50 = run.report(Figure.of(label, measure + ", p50", "ms"));
      Figure p99 = run.report(Figure.of(label, measure + ", p99", "ms"));
      Figure size = what.equals("in groups") ? sizes(measure) : null;
      Figure cpu = label.equals("etcd") ? cpu(measure) : null;
      for (int i = 0; i < run.repeats(3); i++) {
        groups.set(0);
        double before = etcdCpu();
        Writers.Outcome outcome = writing(writers, how);
        rate.add(outcome.rate());
        p50.add(outcome.millis(0.5));
        p99.add(outcome.millis(0.99));
        if (size != null) {
          size.add((double) outcome.count() / Math.max(1, groups.get()));
        }
        if (cpu != null) {
          cpu.add((etcdCpu() - before) / outcome.count() * 1e6);
        }
      }
      run.progress(label + " " + measure + ": " + Math.round(rate.median()) + "/s");
    }

    private Figure sizes(String measure) {
      return run.report(Figure.of(label, measure + ": writes a group", "").moreIsBetter());
    }

    private Figure cpu(String measure) {
      return run.report(Figure.of(label, measure + ": CPU of etcd a write", "µs"));
    }

    private double etcdCpu() {
      Map<String, Double> cpu = cluster.usage().cpuSeconds();
      return cpu.getOrDefault(Cluster.ETCD, 0.0);
    }

    private Writers.Outcome writing(int writers, Committing how) throws InterruptedException {
      Duration length = Duration.ofMillis(run.scaled(300, 2000));
      Writers.Outcome outcome =
          Writers.run(
              run.seam(),
              writers,
              length,
              () -> {
                String key = "/bench/" + names.incrementAndGet();
                how.commit(
                    new Txn(
                        List.of(new Txn.Compare.Absent(key)), List.of(new Txn.Op.Put(key, VALUE))));
              });
      acknowledged += outcome.count();
      return outcome;
    }

    private void check(KvStore store, String what) {
      long there = store.range(new KvStore.RangeRequest("/bench/", "", 0, 0, true)).total();
      run.check(
          what,
          there == acknowledged && acknowledged > 0,
          label + ": " + there + " of " + acknowledged);
    }
  }
}
