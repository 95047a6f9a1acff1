package dev.capstan.kvstore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.contract.Recorder;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import dev.capstan.seam.sim.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many writers, every fault, many orders: what was answered is what the store's log says. */
class GroupCommitSimulationTest {

  private static final int WRITERS = 6;
  private static final int WRITES = 25;
  private static final int KEYS = 4;

  /** A write that was answered "committed", as the log must show it. */
  private record Told(String key, long revision, int slot) {}

  private static Trace simulate(long seed) {
    return Simulation.run(
        seed,
        sim -> {
          Seam seam = sim.seam();
          FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(seam));
          store.failAtRandom(seam.random(), 30);
          Recorder log = new Recorder(seam.clock());
          store.watch("/k/", 1, log);
          List<Told> told = new ArrayList<>();
          try (var commits = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE)) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
              writers.add(seam.threads().start("w" + w, () -> write(seam, store, commits, told)));
            }
            for (Thread writer : writers) {
              writer.join();
            }
          }
          compare(told, log.awaitRevision(store.get("/k/").revision()));
          sim.note(told.toString());
        });
  }

  private static void write(Seam seam, KvStore store, GroupCommit commits, List<Told> told) {
    for (int i = 0; i < WRITES; i++) {
      String key = "/k/" + seam.random().nextInt(KEYS);
      Entry entry = store.get(key).entry();
      Txn.Compare compare =
          entry == null
              ? new Txn.Compare.Absent(key)
              : new Txn.Compare.ModRevision(key, entry.modRevision());
      Txn.Op op =
          entry != null && seam.random().nextInt(4) == 0
              ? new Txn.Op.Delete(key)
              : new Txn.Op.Put(key, "x".getBytes(US_ASCII));
      Txn txn = new Txn(List.of(compare), List.of(op));
      long deadline = seam.clock().deadline(Duration.ofMinutes(10));
      Result result =
          seam.random().nextBoolean()
              ? commits.commit(txn, deadline)
              : commits.submit(txn, deadline, false).join();
      if (result instanceof Result.Committed(long revision, int slot)) {
        told.add(new Told(key, revision, slot));
      }
      pause(seam);
    }
  }

  private static void pause(Seam seam) {
    try {
      seam.clock().sleep(Duration.ofMillis(seam.random().nextInt(5)));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Every change was told to one writer and every writer was told of a change. */
  private static void compare(List<Told> told, List<Recorder.Frame> log) {
    List<String> changes = new ArrayList<>();
    for (Recorder.Frame frame : log) {
      frame.changes().forEach(change -> changes.add(change.key() + "@" + frame.revision()));
    }
    assertThat(told.stream().map(t -> t.key() + "@" + t.revision()).toList())
        .containsExactlyInAnyOrderElementsOf(changes);
    assertThat(told.stream().map(t -> t.revision() + "/" + t.slot()).toList())
        .doesNotHaveDuplicates();
  }

  @Test
  void everyAnswerIsTrueWhateverFailsAndInWhateverOrder() {
    for (long seed = 1; seed <= 60; seed++) {
      simulate(seed);
    }
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    assertThat(simulate(7).digest()).isEqualTo(simulate(7).digest());
  }

  /** What nobody waits for is answered once, in time, and truly. */
  @Test
  void everyPromiseIsKeptInTime() {
    for (long seed = 1; seed <= 40; seed++) {
      Simulation.run(seed, GroupCommitSimulationTest::submit);
    }
  }

  private static void submit(Simulation sim) throws InterruptedException {
    Seam seam = sim.seam();
    FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(seam));
    store.failAtRandom(seam.random(), 60);
    Map<String, List<String>> answers = new LinkedHashMap<>();
    try (var commits = new GroupCommit(store, ValueCodec.plain(), seam, GroupListener.NONE)) {
      for (int i = 0; i < 100; i++) {
        String key = "/k/" + i;
        long deadline = seam.clock().deadline(Duration.ofMillis(seam.random().nextInt(100)));
        Txn txn =
            new Txn(
                List.of(new Txn.Compare.Absent(key)), List.of(new Txn.Op.Put(key, new byte[] {1})));
        answers.put(key, new ArrayList<>());
        var unused =
            commits
                .submit(txn, deadline, false)
                .whenComplete((result, failure) -> {
                  assertThat(seam.clock().nanoTime()).isLessThanOrEqualTo(deadline);
                  Object answer = failure == null ? result : failure;
                  answers.get(key).add(answer.getClass().getSimpleName());
                });
        pause(seam);
      }
      seam.clock().sleep(Duration.ofMinutes(1));
    }
    answers.forEach((key, told) -> {
      assertThat(told).as(key).hasSize(1);
      boolean there = store.get(key).entry() != null;
      assertThat(told.getFirst()).isIn("UnknownOutcome", there ? "Committed" : "Unavailable");
    });
  }
}
