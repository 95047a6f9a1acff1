package dev.capstan.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.Txn.Compare;
import dev.capstan.kvstore.Txn.Op;
import dev.capstan.kvstore.contract.Recorder;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** A walk through what a store does; docs/store.md shows it. */
final class StoreTour {

  private final Seam seam = Seam.system();
  private final FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(seam));
  private final PrintStream out;

  private StoreTour(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    StoreTour tour = new StoreTour(out);
    try (var commits =
        new GroupCommit(tour.store, ValueCodec.plain(), tour.seam, GroupListener.NONE)) {
      tour.writes(commits);
    }
    tour.watches();
  }

  private void writes(GroupCommit commits) {
    out.println("an empty store is at revision " + store.get("/").revision());
    String pod = "/ns/web";
    Compare namespace = new Compare.Exists("/ns");
    say("create /ns", commit(commits, List.of(new Compare.Absent("/ns")), put("/ns")));
    List<Compare> create = List.of(namespace, new Compare.Absent(pod));
    say("create /ns/web", commit(commits, create, put(pod)));
    say("create /ns/web", commit(commits, create, put(pod)));
    store.fail(FaultyKvStore.Fault.LOSE_REPLY);
    Result update = commit(commits, List.of(new Compare.ModRevision(pod, 3)), put(pod));
    say("update /ns/web, the reply is lost", update);
    Result delete = commit(commits, List.of(new Compare.ModRevision(pod, 3)), new Op.Delete(pod));
    say("delete /ns/web as of revision 3", delete);
  }

  private static Op put(String key) {
    return new Op.Put(key, "x".getBytes(UTF_8));
  }

  private Result commit(GroupCommit commits, List<Compare> compares, Op op) {
    return commits.commit(
        new Txn(compares, List.of(op)), seam.clock().deadline(Duration.ofSeconds(10)));
  }

  private void say(String what, Result result) {
    out.printf(
        "%-34s %s%n",
        what,
        switch (result) {
          case Result.Committed(long revision, int slot) ->
              "committed at revision " + revision + ", slot " + slot;
          case Result.Refused refused -> "refused: " + versions(refused.current());
        });
  }

  private static String versions(List<KvStore.Entry> entries) {
    return String.join(
        ", ", entries.stream().map(e -> e.key() + " is of revision " + e.modRevision()).toList());
  }

  private void watches() {
    Recorder heard = new Recorder(seam.clock());
    store.watch("/ns", 1, heard);
    for (Recorder.Frame frame : heard.awaitRevision(5)) {
      out.println("watch: revision " + frame.revision() + " wrote " + keys(frame));
    }
    store.compact(5);
    Recorder late = new Recorder(seam.clock());
    store.watch("/ns", 1, late);
    out.println("watch after compaction: " + late.awaitEnd());
  }

  private static List<String> keys(Recorder.Frame frame) {
    return frame.changes().stream().map(KvStore.Change::key).toList();
  }
}
