package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.DeadlineWatch;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  private @Nullable Question question;
  private boolean paused;
  private long pausedUntil;
  private long probes;
  private String failure = "";
  private final DeadlineWatch<Waiter> lateReads;
  private final DeadlineWatch<Question> lateQuestions;

  /**
   * A read that waits.
   *
   * @param arrived the last number drawn before: a greater one's answer will do
   */
  private record Waiter(long arrived, long deadlineNanos, CompletableFuture<Long> promise) {}

  /** What the store is asked on behalf of reads alone. */
  private record Question(CompletableFuture<Long> answer, long deadlineNanos) {}

  /**
   * @param store asked directly, not through an {@link ObservedStore}
   */
  public ReadIndex(Seam seam, KvStore store) {
    this.seam = seam;
    this.store = store;
    this.lateReads =
        new DeadlineWatch<>(
            seam, lock, () -> List.copyOf(waiting), Waiter::deadlineNanos, this::breakPromise);
    this.lateQuestions =
        new DeadlineWatch<>(
            seam,
            lock,
            () -> question == null ? List.of() : List.of(question),
            Question::deadlineNanos,
            ReadIndex::giveUp);
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

  /** Takes the reads that an answer is for: their promises are added to {@code kept}. */
  private void release(long number, long atRevision, List<CompletableFuture<Long>> kept) {
    outstanding.remove(number);
    if (number <= answered) {
      return;
    }
    answered = number;
    revision = atRevision;
    while (!waiting.isEmpty() && waiting.getFirst().arrived < answered) {
      kept.add(waiting.removeFirst().promise);
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
    Waiter waiter = arrive(deadlineNanos);
    try {
      return waiter.promise.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e);
    } catch (InterruptedException e) {
      leave(waiter);
      throw e;
    }
  }

  /**
   * As {@link #await}, without blocking. What depends on it holds up others that wait for the same,
   * and may run on the thread that brings the store's answer: it must be short and must not block.
   */
  public CompletableFuture<Long> promise(long deadlineNanos) {
    return arrive(deadlineNanos).promise;
  }

  /** Takes a place among those that wait, and sees to it that an answer is due. */
  private Waiter arrive(long deadlineNanos) {
    Waiter waiter;
    lock.lock();
    try {
      waiter = new Waiter(drawn, deadlineNanos, new CompletableFuture<>());
      waiting.addLast(waiter);
      lateReads.added(waiter);
    } finally {
      lock.unlock();
    }
    askIfDue();
    return waiter;
  }

  private void leave(Waiter waiter) {
    lock.lock();
    try {
      waiting.remove(waiter);
    } finally {
      lock.unlock();
    }
  }

  private void breakPromise(Waiter late) {
    leave(late);
    late.promise.completeExceptionally(notInTime());
  }

  private StatusRuntimeException notInTime() {
    lock.lock();
    try {
      return ApiErrors.unavailable("the store has not answered in time" + failure);
    } finally {
      lock.unlock();
    }
  }

  private static void giveUp(Question late) {
    late.answer.completeExceptionally(
        new StoreException.Unavailable("no answer within " + PATIENCE.toSeconds() + " s", null));
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
      question = new Question(asked, seam.clock().deadline(PATIENCE));
      lateQuestions.added(question);
    } finally {
      lock.unlock();
    }
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
    // Those that wait, or come in the pause, have somebody ask for them.
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
