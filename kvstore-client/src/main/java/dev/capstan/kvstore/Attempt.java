package dev.capstan.kvstore;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One group on its way, from its first submission to the answers of its members; see {@link Lane}.
 */
final class Attempt {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Seam seam;
  final List<Pending> members;
  final WriteId id;
  final List<Txn> txns;
  final long startNanos;
  private final List<Runnable> answers = new ArrayList<>();
  private Duration pause = FIRST_PAUSE;
  int submissions;

  /** Whether a submission is out of which it is not known what became of it. */
  boolean unknown;

  /** Whether there is nothing to wait for before the next submission. */
  boolean atOnce;

  /**
   * The revision it is known to have been applied at while its members' answers are not; else 0.
   */
  long appliedAt;

  Attempt(List<Pending> members, ValueCodec codec, Seam seam) {
    this.members = members;
    this.seam = seam;
    this.id = WriteId.random(seam.random());
    this.startNanos = seam.clock().nanoTime();
    this.txns = new ArrayList<>();
    for (int slot = 0; slot < members.size(); slot++) {
      txns.add(encode(members.get(slot).txn(), codec, slot));
    }
  }

  private Txn encode(Txn plain, ValueCodec codec, int slot) {
    List<Txn.Op> ops = new ArrayList<>();
    for (Txn.Op op : plain.ops()) {
      ops.add(
          op instanceof Txn.Op.Put(String key, byte[] payload)
              ? new Txn.Op.Put(key, codec.encode(key, payload, id, slot))
              : op);
    }
    return new Txn(plain.compares(), ops);
  }

  /** Has all members answered by {@link #tell}. */
  void answer(long revision, List<KvStore.Outcome> outcomes) {
    List<Result> results = new ArrayList<>();
    for (int slot = 0; slot < members.size(); slot++) {
      results.add(resultOf(outcomes.get(slot), revision, slot));
    }
    answers.add(() -> {
      for (int slot = 0; slot < results.size(); slot++) {
        members.get(slot).complete(results.get(slot));
      }
    });
  }

  private static Result resultOf(KvStore.Outcome outcome, long revision, int slot) {
    return switch (outcome) {
      case KvStore.Outcome.Committed() -> new Result.Committed(revision, slot);
      case KvStore.Outcome.Refused(List<Entry> current) -> new Result.Refused(revision, current);
    };
  }

  /** As {@link #answer}, with a failure. */
  void fail(RuntimeException why) {
    fail(members, why);
  }

  /** As {@link #fail(RuntimeException)}, for some. */
  void fail(List<Pending> some, RuntimeException why) {
    answers.add(() -> some.forEach(member -> member.fail(why)));
  }

  /** Answers members, and runs what depends on their answers. */
  void tell() {
    answers.forEach(Runnable::run);
  }

  /** Once nobody waits any more, fails all with what is known; true if so. */
  boolean giveUpIfExpired(StoreException why) {
    if (seam.clock().nanoTime() - deadline() < 0) {
      return false;
    }
    fail(
        unknown
            ? new StoreException.UnknownOutcome(
                "the write may have happened: " + why.getMessage(), why)
            : why);
    return true;
  }

  private long deadline() {
    long latest = members.getFirst().deadlineNanos();
    for (Pending member : members) {
      // Monotonic times wrap: only differences may be compared.
      latest = member.deadlineNanos() - latest > 0 ? member.deadlineNanos() : latest;
    }
    return latest;
  }

  /** Waits before the next submission, longer each time. */
  void pause() throws InterruptedException {
    if (atOnce) {
      atOnce = false;
      return;
    }
    long nanos = pause.toNanos();
    // Half fixed, half by chance, so that servers that lost the same store do not return in step.
    seam.clock().sleep(Duration.ofNanos(nanos / 2 + seam.random().nextLong(nanos / 2)));
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }
}
