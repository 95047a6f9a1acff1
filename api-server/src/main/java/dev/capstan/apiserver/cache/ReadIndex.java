package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells a read the revision it must see, so that it is never stale.
 *
 * <p>The rule: any linearizable reply of the store will do whose request was sent after the read
 * arrived, because it sees every write that was acknowledged before. Replies to writes pass by here
 * all the time ({@link ObservedStore}); if none is due, one count of an absent key is asked for on
 * behalf of all reads that wait. This is etcd's and Raft's "read index" (Ongaro's thesis, §6.4),
 * one storey up.
 *
 * <p>Order is told by a counter that each arrival and each sending draws from, not by a clock.
 */
public final class ReadIndex {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  /** How late a promise may be broken whose deadline has passed, and a question given up. */
  private static final Duration LOOK_FOR_LATE = Duration.ofSeconds(1);

  /** A question without an answer is given up after so long, and asked anew. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Seam seam;
  private final KvStore store;
  private final ReentrantLock lock = new ReentrantLock();
  // Requests that were sent and not answered yet, by the number they drew.
  private final TreeSet<Long> outstanding = new TreeSet<>();
  // In the order of their arrival.
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private long drawn;
  private long answered;
  private long revision;
  private boolean probing;
  private @Nullable CompletableFuture<Long> question;
  private long askedAt;
  private boolean paused;
  private long pausedUntil;
  private long probes;
  private String failure = "";
  private boolean lookingForLate;

  /**
   * A read that waits.
   *
   * @param arrived the last number drawn before: a greater one's answer will do
   * @param changed of one that blocks; signalled when it has been answered or the store must be
   *     asked
   * @param promise of one that does not
   */
  private record Waiter(
      long arrived,
      long deadlineNanos,
      @Nullable Condition changed,
      @Nullable CompletableFuture<Long> promise) {

    void wake() {
      if (changed != null) {
        changed.signal();
      }
    }
  }

  /**
   * @param store asked directly, not through an {@link ObservedStore}
   */
  public ReadIndex(Seam seam, KvStore store) {
    this.seam = seam;
    this.store = store;
  }

  /** A linearizable request is about to be sent; its number is given back with the reply. */
  long sent() {
    lock.lock();
    try {
      return draw();
    } finally {
      lock.unlock();
    }
  }

  private long draw() {
    drawn++;
    outstanding.add(drawn);
    return drawn;
  }

  /** The request was answered by the store at this revision. */
  void answered(long number, long atRevision) {
    List<CompletableFuture<Long>> kept = new ArrayList<>();
    boolean due;
    lock.lock();
    try {
      release(number, atRevision, kept);
      due = ask();
    } finally {
      lock.unlock();
    }
    if (due) {
      probe();
    }
    if (!kept.isEmpty()) {
      // One thread for all of them, and not this one: it has other things to do.
      seam.threads().start("reads", () -> kept.forEach(promise -> promise.complete(atRevision)));
    }
  }

  /** Wakes the reads that an answer is for; those that do not block are added to {@code kept}. */
  private void release(long number, long atRevision, List<CompletableFuture<Long>> kept) {
    outstanding.remove(number);
    if (number <= answered) {
      return;
    }
    answered = number;
    revision = atRevision;
    while (!waiting.isEmpty() && waiting.getFirst().arrived < answered) {
      Waiter first = waiting.removeFirst();
      first.wake();
      if (first.promise != null) {
        kept.add(first.promise);
      }
    }
  }

  /** The request was not answered. */
  void failed(long number) {
    boolean due;
    lock.lock();
    try {
      outstanding.remove(number);
      due = ask();
    } finally {
      lock.unlock();
    }
    if (due) {
      probe();
    }
  }

  /**
   * A revision that includes every write acknowledged before this call.
   *
   * @param deadlineNanos of the seam's clock; UNAVAILABLE when it passes
   */
  public long await(long deadlineNanos) throws InterruptedException {
    Waiter waiter = arrive(deadlineNanos, lock.newCondition(), null);
    try {
      while (true) {
        lock.lock();
        try {
          if (answered > waiter.arrived) {
            return revision;
          }
          sleep(waiter);
        } finally {
          lock.unlock();
        }
        askIfDue();
      }
    } finally {
      leave(waiter);
    }
  }

  /** Takes a place among those that wait, and sees to it that an answer is due. */
  private Waiter arrive(
      long deadlineNanos, @Nullable Condition changed, @Nullable CompletableFuture<Long> promise) {
    Waiter waiter;
    lock.lock();
    try {
      waiter = new Waiter(drawn, deadlineNanos, changed, promise);
      waiting.addLast(waiter);
    } finally {
      lock.unlock();
    }
    askIfDue();
    return waiter;
  }

  private void sleep(Waiter waiter) throws InterruptedException {
    if (waiter.deadlineNanos - seam.clock().nanoTime() <= 0) {
      throw notInTime();
    }
    boolean pauseEndsFirst = isPaused() && pausedUntil - waiter.deadlineNanos < 0;
    seam.clock()
        .awaitUntil(
            lock,
            Objects.requireNonNull(waiter.changed),
            pauseEndsFirst ? pausedUntil : waiter.deadlineNanos);
  }

  private void leave(Waiter waiter) {
    lock.lock();
    try {
      waiting.remove(waiter);
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #await}, without blocking. What depends on it runs on the thread that brings the
   * store's answer and holds up others that wait for the same: it must be short and must not block.
   */
  public CompletableFuture<Long> promise(long deadlineNanos) {
    CompletableFuture<Long> promise = new CompletableFuture<>();
    arrive(deadlineNanos, null, promise);
    lookForLate();
    return promise;
  }

  private void lookForLate() {
    lock.lock();
    try {
      if (!lookingForLate) {
        lookingForLate = true;
        seam.threads().start("late reads", this::breakLatePromises);
      }
    } finally {
      lock.unlock();
    }
  }

  private StatusRuntimeException notInTime() {
    return ApiErrors.unavailable("the store has not answered in time" + failure);
  }

  /** Runs as long as there are promises or a question whenever it looks. */
  private void breakLatePromises() {
    try {
      boolean more = true;
      while (more) {
        seam.clock().sleep(LOOK_FOR_LATE);
        more = breakLate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean breakLate() {
    List<CompletableFuture<Long>> late = new ArrayList<>();
    StatusRuntimeException why;
    CompletableFuture<Long> unanswered = null;
    boolean more;
    lock.lock();
    try {
      long now = seam.clock().nanoTime();
      more = takeLate(now, late);
      if (question != null) {
        more = true;
        unanswered = now - askedAt - PATIENCE.toNanos() >= 0 ? question : null;
      }
      why = notInTime();
      lookingForLate = more;
    } finally {
      lock.unlock();
    }
    late.forEach(promise -> promise.completeExceptionally(why));
    if (unanswered != null) {
      unanswered.completeExceptionally(
          new StoreException.Unavailable("no answer within " + PATIENCE.toSeconds() + " s", null));
    }
    return more;
  }

  /** Takes the promises whose deadline has passed; true if others are left. */
  private boolean takeLate(long now, List<CompletableFuture<Long>> late) {
    boolean more = false;
    for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      if (waiter.promise != null && waiter.deadlineNanos - now <= 0) {
        late.add(waiter.promise);
        each.remove();
      } else {
        more |= waiter.promise != null;
      }
    }
    return more;
  }

  /** Sees to it that the youngest waiting read will be answered, and so all others. */
  private void askIfDue() {
    boolean due;
    lock.lock();
    try {
      due = ask();
    } finally {
      lock.unlock();
    }
    if (due) {
      probe();
    }
  }

  /** True if the caller has to {@link #probe}, once it has left the lock. */
  private boolean ask() {
    boolean due = mustAsk();
    probing |= due;
    return due;
  }

  private boolean mustAsk() {
    if (probing || waiting.isEmpty() || isPaused()) {
      return false;
    }
    return outstanding.isEmpty() || outstanding.last() <= waiting.getLast().arrived;
  }

  /** The newest revision that the store has answered with. */
  public long known() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /** How often the store was asked on behalf of reads alone. */
  public long probes() {
    lock.lock();
    try {
      return probes;
    } finally {
      lock.unlock();
    }
  }

  private boolean isPaused() {
    paused = paused && pausedUntil - seam.clock().nanoTime() > 0;
    return paused;
  }

  private void probe() {
    probe(new ArrayList<>());
  }

  /**
   * Asks for as long as there are reads that no answer is due for. Does not block: the thread that
   * brings an answer goes on.
   *
   * @param afterwards what is to be done when the next question is under way
   */
  private void probe(List<Runnable> afterwards) {
    boolean more = true;
    while (more) {
      long number = probeSent();
      CompletableFuture<Long> asked = askStore();
      if (!asked.isDone()) {
        setQuestion(asked);
        var unused = asked.whenComplete((reply, failure) -> probed(number, asked));
        break;
      }
      more = settle(number, asked, afterwards);
    }
    afterwards.forEach(Runnable::run);
  }

  private CompletableFuture<Long> askStore() {
    try {
      return store.revision();
    } catch (RuntimeException e) { // Whatever it is: reads wait for an end of this.
      return CompletableFuture.failedFuture(e);
    }
  }

  /** An answer that came meanwhile is taken over by {@link #probed}, which clears it again. */
  private void setQuestion(CompletableFuture<Long> asked) {
    lock.lock();
    try {
      question = asked;
      askedAt = seam.clock().nanoTime();
    } finally {
      lock.unlock();
    }
    lookForLate();
  }

  private void probed(long number, CompletableFuture<Long> asked) {
    List<Runnable> afterwards = new ArrayList<>();
    if (settle(number, asked, afterwards)) {
      probe(afterwards); // The next question waits for no answers.
    } else {
      afterwards.forEach(Runnable::run);
    }
  }

  private long probeSent() {
    lock.lock();
    try {
      probes++;
      return draw();
    } finally {
      lock.unlock();
    }
  }

  /** Takes over an answer; true if the caller has to ask the next question. */
  private boolean settle(long number, CompletableFuture<Long> asked, List<Runnable> afterwards) {
    List<CompletableFuture<Long>> kept = new ArrayList<>();
    lock.lock();
    try {
      question = null;
      probing = false;
      if (asked.isCompletedExceptionally()) {
        outstanding.remove(number);
        pause(": " + asked.exceptionNow().getMessage());
      } else {
        long reply = asked.resultNow();
        release(number, reply, kept);
        failure = "";
        paused = false;
        afterwards.add(() -> kept.forEach(promise -> promise.complete(reply)));
      }
      return ask();
    } finally {
      lock.unlock();
    }
  }

  private void pause(String why) {
    failure = why;
    paused = true;
    pausedUntil = seam.clock().deadline(PAUSE_AFTER_FAILURE);
    // They wait for the end of the pause from now on.
    waiting.forEach(Waiter::wake);
    // Those that do not block, or come in the pause, have somebody wait for them.
    seam.threads().start("read index", this::askAfterPause);
  }

  private void askAfterPause() {
    try {
      seam.clock().sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    askIfDue();
  }
}
