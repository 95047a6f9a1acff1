package dev.capstan.kvstore;

import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.seam.Seam;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits one group after the other and finds out what became of each. The first submission of a
 * group has no thread that waits for it; a thread is started for what follows if the store does not
 * apply it at once.
 *
 * <p>A store that does not answer may have applied a group or may apply it later, so reading back
 * "absent" proves nothing, and submitting again with the members' own compares is not enough
 * either: a create that was applied, seen and deleted by somebody would be applied a second time,
 * and a delete leaves nothing that says whose it was. Therefore each lane owns one key, its marker.
 * A group is submitted with a {@link Group.Guard} on it: it is applied only if the marker is as the
 * lane last knew it, and then writes its id there. Of all submissions of a group at most one is
 * applied, and the answer "the marker has changed" is definite: if it carries the group's id, the
 * group was applied at the marker's revision and its members are judged by reading the state just
 * before; if not, it was not and can never be.
 *
 * <p>Only a lane writes its marker, one group at a time. A group that is given up while unknown
 * leaves at most one late submission that expects the same marker as the next group; exactly one of
 * them wins.
 */
final class Lane {

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final String key;
  private final KvStore store;
  private final ValueCodec codec;
  private final Seam seam;
  private final GroupListener listener;
  private final SpaceGuard space;

  /**
   * The marker's last known modification; 0 if it does not exist. Touched only by whoever commits
   * the lane's one group, which happens one after the other.
   */
  private long marker;

  Lane(
      String key,
      KvStore store,
      ValueCodec codec,
      Seam seam,
      GroupListener listener,
      SpaceGuard space) {
    this.key = key;
    this.store = store;
    this.codec = codec;
    this.seam = seam;
    this.listener = listener;
    this.space = space;
  }

  /**
   * Commits a group, and never blocks.
   *
   * @param landed told once that the lane can take the next group, with what answers all members of
   *     this one
   */
  void commit(List<Pending> members, Consumer<Runnable> landed) {
    Attempt attempt;
    CompletableFuture<KvStore.CommitResult> first;
    try {
      attempt = new Attempt(members, codec, seam);
      attempt.submissions++;
      first = store.submit(group(attempt), seam.threads());
    } catch (Throwable e) {
      // Not here: what follows may be as hopeless, and would be nested in this.
      RuntimeException why =
          e instanceof RuntimeException known
              ? known
              : new StoreException.UnknownOutcome("failed; it may have happened", e);
      seam.threads()
          .start(
              "commit lane",
              () -> landed.accept(() -> members.forEach(member -> member.fail(why))));
      return;
    }
    var unused =
        first.whenComplete((result, failure) -> {
          if (failure == null) {
            finish(attempt, () -> result, landed); // Nothing in there blocks then.
          } else {
            seam.threads().start("commit lane", () -> finish(attempt, first::join, landed));
          }
        });
  }

  /**
   * Submits until it is known what became of the group, beginning with a first answer. Whatever
   * happens the lane goes on: what the marker is found not to be is found out by the next group.
   */
  private void finish(
      Attempt attempt, Supplier<KvStore.CommitResult> first, Consumer<Runnable> landed) {
    try {
      resolve(attempt, first);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      attempt.fail(new StoreException.UnknownOutcome("interrupted; it may have happened", e));
    } catch (Throwable e) {
      log.error("a commit group", e);
      attempt.fail(new StoreException.UnknownOutcome("failed; it may have happened", e));
    }
    landed.accept(attempt::tell);
  }

  private void resolve(Attempt attempt, Supplier<KvStore.CommitResult> first)
      throws InterruptedException {
    try {
      boolean resolved = take(attempt, first);
      while (!resolved) {
        attempt.pause();
        resolved = attempt.appliedAt > 0 ? judge(attempt) : take(attempt, again(attempt));
      }
    } catch (RuntimeException e) {
      attempt.fail(e);
    }
    int bytes = attempt.members.stream().mapToInt(Pending::bytes).sum();
    long nanos = seam.clock().nanoTime() - attempt.startNanos;
    listener.onGroup(attempt.members.size(), bytes, nanos, attempt.submissions);
    if (space.wrote(bytes)) {
      seam.threads().start("space check", space::look);
    }
  }

  private Supplier<KvStore.CommitResult> again(Attempt attempt) {
    return () -> {
      attempt.submissions++;
      return store.commit(group(attempt));
    };
  }

  private Group group(Attempt attempt) {
    return new Group(attempt.txns, new Group.Guard(key, marker, markerValue(attempt.id)));
  }

  /** Takes the answer to a submission; true when there is an answer for all members. */
  private boolean take(Attempt attempt, Supplier<KvStore.CommitResult> answer)
      throws InterruptedException {
    try {
      KvStore.CommitResult result = result(answer);
      marker = result.revision();
      attempt.answer(result.revision(), result.outcomes());
      return true;
    } catch (StoreException.GuardFailed e) {
      return guardFailed(attempt, e.current());
    } catch (StoreException.UnknownOutcome e) {
      attempt.unknown = true;
      return attempt.giveUpIfExpired(e);
    } catch (StoreException.Unavailable e) {
      return attempt.giveUpIfExpired(e);
    } catch (StoreException.Invalid e) {
      oneByOne(attempt, e);
      return true;
    } catch (StoreException.OutOfSpace e) {
      return outOfSpace(attempt, e);
    }
  }

  /** A promise packs its failure. */
  private static KvStore.CommitResult result(Supplier<KvStore.CommitResult> answer) {
    try {
      return answer.get();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /** The definite answer after an unknown one: see the class comment. */
  private boolean guardFailed(Attempt attempt, @Nullable Entry current) {
    marker = current == null ? 0 : current.modRevision();
    if (current != null && isOurs(current, attempt.id)) {
      attempt.appliedAt = marker;
      return judge(attempt);
    }
    attempt.unknown = false;
    attempt.atOnce = true;
    return attempt.giveUpIfExpired(new StoreException.Unavailable("no answer in time", null));
  }

  /** The group was applied; the answers to its members are in the past. */
  private boolean judge(Attempt attempt) {
    try {
      attempt.answer(
          attempt.appliedAt, new PastJudge(store).judge(attempt.txns, attempt.appliedAt));
      return true;
    } catch (StoreException.Unavailable e) {
      attempt.unknown = true;
      return attempt.giveUpIfExpired(e);
    } catch (StoreException e) {
      throw new StoreException.UnknownOutcome(
          "applied at revision " + attempt.appliedAt + ", but which members is unknown", e);
    }
  }

  /** One bad member makes the store refuse the whole group: find it. */
  private void oneByOne(Attempt attempt, StoreException.Invalid why) throws InterruptedException {
    if (attempt.members.size() == 1) {
      attempt.fail(why);
      return;
    }
    for (Pending member : attempt.members) {
      Attempt alone = new Attempt(List.of(member), codec, seam);
      resolve(alone, again(alone));
      alone.tell();
    }
  }

  /**
   * A store that is full takes no marker either. What only deletes is submitted without one: it is
   * what makes space again. If the answer to that stays away its outcome is reported as unknown.
   */
  private boolean outOfSpace(Attempt attempt, StoreException.OutOfSpace why) {
    space.full(why);
    if (attempt.unknown) {
      return attempt.giveUpIfExpired(why);
    }
    List<Pending> deletes = attempt.members.stream().filter(p -> p.txn().onlyDeletes()).toList();
    List<Pending> others = attempt.members.stream().filter(p -> !p.txn().onlyDeletes()).toList();
    attempt.fail(others, why);
    if (!deletes.isEmpty()) {
      KvStore.CommitResult result =
          store.commit(new Group(deletes.stream().map(Pending::txn).toList()));
      Attempt deleted = new Attempt(deletes, codec, seam);
      deleted.answer(result.revision(), result.outcomes());
      deleted.tell();
    }
    return true;
  }

  /** Removes the marker at the end; a lane that cannot leaves it to {@link LaneSweep}. */
  void remove() {
    if (marker == 0) {
      return;
    }
    try {
      Txn delete =
          new Txn(
              List.of(new Txn.Compare.ModRevision(key, marker)), List.of(new Txn.Op.Delete(key)));
      store.commit(new Group(List.of(delete)));
    } catch (StoreException e) {
      // The store is gone already; the sweep of a later server takes the marker.
    }
  }

  /** The group's id and the time of day, by which {@link LaneSweep} knows abandoned lanes. */
  private byte[] markerValue(WriteId id) {
    String text = id + " " + seam.clock().now().getEpochSecond();
    return codec.encode(key, text.getBytes(StandardCharsets.US_ASCII), id, 0);
  }

  private boolean isOurs(Entry current, WriteId id) {
    return codec.decode(current).writeId().equals(id);
  }

  /** Seconds since 1970 at which a marker was written. */
  static long writtenAt(byte[] payload) {
    String text = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(payload)).toString();
    return Long.parseLong(text.substring(text.indexOf(' ') + 1));
  }
}
